import { Module } from '@nestjs/common';
import { ListMediaCommand, MediaCommand, SweepMediaCommand } from './media.commands.js';

@Module({ providers: [MediaCommand, ListMediaCommand, SweepMediaCommand] })
export class MediaGroup {}
