import { Module } from '@nestjs/common';
import { ListShipmentsCommand, ShipmentsCommand, ShowShipmentCommand } from './shipments.commands.js';

@Module({ providers: [ListShipmentsCommand, ShipmentsCommand, ShowShipmentCommand] })
export class ShipmentsGroup {}
