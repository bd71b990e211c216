import { Module } from '@nestjs/common';
import { CacheCommand, CacheStatsCommand, ClearCacheCommand } from './cache.commands.js';

@Module({ providers: [CacheCommand, CacheStatsCommand, ClearCacheCommand] })
export class CacheGroup {}
