import { Module } from '@nestjs/common';
import { EmailsCommand, ListEmailsCommand, ResendEmailCommand, ShowEmailCommand } from './emails.commands.js';
import { Notifier } from './notifier.js';
import { Resending } from './resending.js';

@Module({ providers: [EmailsCommand, ListEmailsCommand, ShowEmailCommand, ResendEmailCommand, Notifier, Resending] })
export class EmailsGroup {}
