import { Module } from '@nestjs/common';
import { AuditInventoryCommand, InventoryCommand } from './inventory.commands.js';

@Module({ providers: [AuditInventoryCommand, InventoryCommand] })
export class InventoryGroup {}
