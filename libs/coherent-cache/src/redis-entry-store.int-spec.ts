import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually.js';
import type { RealServer } from '../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';
import { encodeEntry } from './entry.js';
import { RedisEntryStore } from './redis-entry-store.js';
import { RedisLink } from './redis-link.js';

Logger.overrideLogger(false);

/** On a busy machine Redis would miss a deadline of some milliseconds. */
const PATIENT_MS = 5_000;

const entry = (text = '{}'): Buffer =>
  encodeEntry({ refreshAt: 1, value: { bytes: Buffer.from(text), tag: '"1"' } }, 1);

describe.each([
  { kind: 'one server', cluster: false, query: '' },
  { kind: 'a cluster-enabled server through a plain client', cluster: true, query: '' },
  { kind: 'a cluster', cluster: true, query: '?cluster=true' },
])('entries in $kind', ({ cluster, query }) => {
  const run = hasRedis() ? it : it.skip;
  let redis: RealServer;
  let store: RedisEntryStore;
  const newStore = async (): Promise<RedisEntryStore> => {
    const made = new RedisEntryStore(new RedisLink(`${redis.url}/${query}`, 'things'), PATIENT_MS);
    await eventually(async () => expect(made.usable).toBe(true));
    return made;
  };
  beforeAll(async () => {
    if (!hasRedis()) return;
    redis = await startRedis({ cluster });
    store = await newStore();
  }, 30_000);
  afterAll(async () => {
    store?.close();
    await redis?.stop();
  });

  const newKey = () => `{thing:${randomUUID()}}:value`;
  const lent = async (key: string, by = store): Promise<string> => {
    const taken = await by.take(key);
    if ('lease' in taken && taken.lease !== undefined) return taken.lease;
    throw new Error('Something is kept there, or somebody else loads it.');
  };

  run('give the lease to one reader, and the entry to later ones', async () => {
    const key = newKey();
    const other = await newStore();
    const lease = await lent(key);
    expect(await other.take(key)).toEqual({ lease: undefined });
    expect(await store.store(key, lease, entry('{"n":"\u00fc\\n"}'), 60_000)).toBe(true);
    for (const reader of [store, other]) expect(await reader.take(key)).toEqual({ entry: entry('{"n":"\u00fc\\n"}') });
    other.close();
  });

  run('that exist are renewed by one reader, and stay readable meanwhile', async () => {
    const key = newKey();
    await store.store(key, await lent(key), entry(), 60_000);
    const lease = await store.renew(key);
    expect(await store.renew(key)).toBeUndefined();
    expect(await store.take(key)).toEqual({ entry: entry() });
    expect(await store.store(key, String(lease), entry('{"n":2}'), 60_000)).toBe(true);
    expect(await store.take(key)).toEqual({ entry: entry('{"n":2}') });
    const late = await store.renew(key);
    await store.forget([key], false);
    expect(await store.store(key, String(late), entry(), 60_000)).toBe(false);
  });

  run('are not stored under a lease that was voided, released or expired', async () => {
    const key = newKey();
    const voided = await lent(key);
    expect(await store.forget([key], false)).toBe(true);
    expect(await store.store(key, voided, entry(), 60_000)).toBe(false);
    const lease = await lent(key);
    await store.release(key, voided);
    expect(await store.take(key)).toEqual({ lease: undefined });
    await store.release(key, lease);
    const late = await lent(key);
    const next = await eventually(() => lent(key));
    expect(await store.store(key, late, entry(), 60_000)).toBe(false);
    expect(await store.store(key, next, entry(), 60_000)).toBe(true);
  });

  run('are forgotten by key, and lists all together', async () => {
    const key = newKey();
    await store.store(key, await lent(key), entry(), 60_000);
    const other = await newStore();
    const generation = await eventually(() => store.generation());
    expect(await eventually(() => other.generation())).toBe(generation);
    await eventually(async () => expect(await other.forget([key, '{thing:none}:value'], true)).toBe(true));
    expect(await eventually(() => store.take(key))).toHaveProperty('lease');
    expect(await eventually(() => store.generation())).not.toBe(generation);
    other.close();
  });
});

(hasRedis() ? describe : describe.skip)('an invalidation that Redis missed while it was unavailable', () => {
  it('is delivered before Redis is read again', async () => {
    const redis = await startRedis();
    const store = new RedisEntryStore(new RedisLink(redis.url, 'things'));
    const key = '{thing:1}:value';
    try {
      await eventually(async () => expect(store.usable).toBe(true));
      const taken = (await store.take(key)) as { lease: string };
      await store.store(key, taken.lease, entry(), 60_000);
      process.kill(redis.pid, 'SIGSTOP');
      await Promise.all([1, 2, 3].map((n) => expect(store.take(`${key}${n}`)).rejects.toThrow('Redis')));
      expect(store.usable).toBe(false);
      expect(await store.forget([key], true)).toBe(false);
      process.kill(redis.pid, 'SIGCONT');
      await eventually(async () => expect(store.usable).toBe(true));
      expect(await store.take(key)).toHaveProperty('lease');
    } finally {
      process.kill(redis.pid, 'SIGCONT');
      store.close();
      await redis.stop();
    }
  }, 30_000);
});

(hasRedis() ? describe : describe.skip)('a Redis that has become a replica', () => {
  it('is not used, gets the refused invalidations later, and is used again once it is the master', async () => {
    const redis = await startRedis();
    const store = new RedisEntryStore(new RedisLink(redis.url, 'things'), PATIENT_MS);
    const administrator = new Redis(redis.port);
    const key = '{thing:1}:value';
    try {
      await eventually(async () => expect(store.usable).toBe(true));
      const taken = (await store.take(key)) as { lease: string };
      await store.store(key, taken.lease, entry(), 60_000);
      // An unreachable master, so that nothing is replicated.
      await administrator.replicaof('127.0.0.1', 1);
      expect(await store.forget([key], true)).toBe(false);
      await eventually(async () => expect(store.usable).toBe(false));
      await administrator.replicaof('NO', 'ONE');
      await eventually(async () => expect(store.usable).toBe(true));
      expect(await store.take(key)).toHaveProperty('lease');
    } finally {
      store.close();
      administrator.disconnect();
      await redis.stop();
    }
  }, 30_000);
});
