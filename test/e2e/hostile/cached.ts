import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { RunningPlatform } from '../support/platforms.js';
import type { Dump, Row } from './stores.js';

/** All keys and values in Redis; empty if the platform runs without it. */
export async function cached({ redisUrl }: RunningPlatform): Promise<Dump> {
  if (redisUrl === undefined) return new Map();
  const redis = new Redis(redisUrl);
  try {
    const rows: Row[] = [];
    for await (const keys of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>)
      for (const key of keys) rows.push({ key, value: await valueOf(redis, key) });
    assert.ok(rows.length > 0, 'the Redis that is searched is not the one of this platform');
    return new Map([['redis.entries', rows]]);
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<Buffer | string | null> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.getBuffer(key);
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'none':
      return null;
    default:
      throw new Error(`${key} is a ${type}: teach the search for secrets to read it.`);
  }
}
