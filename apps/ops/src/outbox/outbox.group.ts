import { Module } from '@nestjs/common';
import { ListOutboxCommand, OutboxCommand, ParkOutboxCommand, RetryOutboxCommand } from './outbox.commands.js';

@Module({ providers: [OutboxCommand, ListOutboxCommand, RetryOutboxCommand, ParkOutboxCommand] })
export class OutboxGroup {}
