import { Module } from '@nestjs/common';
import { ListReturnsCommand, ReturnsCommand, ShowReturnCommand } from './returns.commands.js';

@Module({ providers: [ListReturnsCommand, ReturnsCommand, ShowReturnCommand] })
export class ReturnsGroup {}
