import 'reflect-metadata';
import type { Redis } from 'ioredis';
import { RedisEntryStore } from '../../../libs/coherent-cache/src/redis-entry-store.js';

/** Stores a loaded value even after a newer write. */
RedisEntryStore.prototype.store = async function (key, _lease, entry, lifetimeMs) {
  const { redis } = this as unknown as { redis: Redis };
  await redis.set(`catalog:${key}`, entry, 'PX', Math.round(lifetimeMs));
  return true;
};
