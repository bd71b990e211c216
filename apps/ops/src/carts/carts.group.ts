import { Module } from '@nestjs/common';
import { CartsCommand, ExpireCartCommand, ListCartsCommand, ShowCartCommand } from './carts.commands.js';

@Module({ providers: [CartsCommand, ListCartsCommand, ShowCartCommand, ExpireCartCommand] })
export class CartsGroup {}
