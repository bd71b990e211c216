import { Module } from '@nestjs/common';
import { CreateAdminCommand, UsersCommand } from './create-admin.command.js';
import { PasswordQuestion } from './password.question.js';

@Module({ providers: [UsersCommand, CreateAdminCommand, PasswordQuestion] })
export class UsersGroup {}
