import { Module } from '@nestjs/common';
import { Notifier } from '../emails/notifier.js';
import {
  AddSuppressionCommand,
  ListSuppressionsCommand,
  RemoveSuppressionCommand,
  SuppressionsCommand,
} from './suppressions.commands.js';

@Module({
  providers: [SuppressionsCommand, ListSuppressionsCommand, AddSuppressionCommand, RemoveSuppressionCommand, Notifier],
})
export class SuppressionsGroup {}
