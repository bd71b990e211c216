import { Module } from '@nestjs/common';
import { AuditCommand, ListAuditCommand } from './audit.commands.js';

@Module({ providers: [AuditCommand, ListAuditCommand] })
export class AuditGroup {}
