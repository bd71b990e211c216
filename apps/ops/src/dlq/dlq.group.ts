import { Module } from '@nestjs/common';
import { DeadLettersCommand, ListDeadLettersCommand, RedriveCommand, ShowDeadLetterCommand } from './dlq.commands.js';

@Module({ providers: [DeadLettersCommand, ListDeadLettersCommand, ShowDeadLetterCommand, RedriveCommand] })
export class DeadLettersGroup {}
