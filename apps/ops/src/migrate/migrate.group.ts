import { Module } from '@nestjs/common';
import {
  MigrateCommand,
  MigrateDownCommand,
  MigrateUpCommand,
  MigrationStatusCommand,
  UndoQuestion,
} from './migrate.commands.js';

@Module({ providers: [MigrateCommand, MigrationStatusCommand, MigrateUpCommand, MigrateDownCommand, UndoQuestion] })
export class MigrateGroup {}
