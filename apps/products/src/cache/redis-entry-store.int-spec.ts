import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually.js';
import type { RealServer } from '../../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../../test/support/redis.js';
import { encodeEntry } from './entry.js';
import { RedisEntryStore } from './redis-entry-store.js';
import { RedisLink } from './redis-link.js';

Logger.overrideLogger(false);

const entry = (token: string, text = '{}'): Buffer =>
  encodeEntry({ token, refreshAt: 1, generation: undefined, answer: { bytes: Buffer.from(text), etag: '"1"' } });

describe.each([
  { kind: 'one server', cluster: false, query: '' },
  { kind: 'a cluster-enabled server through a plain client', cluster: true, query: '' },
  { kind: 'a cluster', cluster: true, query: '?cluster=true' },
])('entries in $kind', ({ cluster, query }) => {
  const run = hasRedis() ? it : it.skip;
  let redis: RealServer;
  let store: RedisEntryStore;
  const newStore = async (): Promise<RedisEntryStore> => {
    const made = new RedisEntryStore(new RedisLink(`${redis.url}/${query}`));
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

  const names = () => {
    const key = `{product:${randomUUID()}}:answer`;
    return { key, lease: `${key}:lease`, token: randomUUID() };
  };

  run('give the lease to one, and the entry to those who come later', async () => {
    const { key, lease, token } = names();
    expect(await store.read(key)).toBeUndefined();
    const tries = await Promise.all([token, randomUUID()].map((own) => store.acquire(key, lease, own, '')));
    expect(tries).toEqual([{ leads: true }, { leads: false }]);
    expect(await store.store(key, lease, token, entry(token, '{"n":"\u00fc\\n"}'), 60_000)).toBe(true);
    expect(await store.read(key)).toEqual(entry(token, '{"n":"\u00fc\\n"}'));
    expect(await store.acquire(key, lease, randomUUID(), '')).toEqual({ entry: entry(token, '{"n":"\u00fc\\n"}') });
    expect(await store.acquire(key, lease, randomUUID(), token)).toEqual({ leads: true });
  });

  run('are not stored under a lease that was voided, given back or ran out', async () => {
    const { key, lease, token } = names();
    await store.acquire(key, lease, token, '');
    expect(await store.forget([key], false)).toBe(true);
    expect(await store.store(key, lease, token, entry(token), 60_000)).toBe(false);
    await store.acquire(key, lease, token, '');
    await store.release(key, lease, randomUUID());
    expect(await store.acquire(key, lease, randomUUID(), '')).toEqual({ leads: false });
    await store.release(key, lease, token);
    expect(await store.acquire(key, lease, randomUUID(), '')).toEqual({ leads: true });
    await eventually(async () => expect(await store.acquire(key, lease, token, '')).toEqual({ leads: true }));
    expect(await store.read(key)).toBeUndefined();
  });

  run('are forgotten, with lists as a whole', async () => {
    const { key, lease, token } = names();
    await store.acquire(key, lease, token, '');
    await store.store(key, lease, token, entry(token), 60_000);
    const other = await newStore();
    // On a busy machine Redis may miss a deadline of some milliseconds.
    const generation = await eventually(() => store.generation());
    expect(await eventually(() => other.generation())).toBe(generation);
    await eventually(async () => expect(await other.forget([key, '{product:none}:answer'], true)).toBe(true));
    expect(await eventually(() => store.read(key))).toBeUndefined();
    expect(await eventually(() => store.generation())).not.toBe(generation);
    other.close();
  });
});

(hasRedis() ? describe : describe.skip)('what Redis was not told while it was away', () => {
  it('is told before it is read again', async () => {
    const redis = await startRedis();
    const store = new RedisEntryStore(new RedisLink(redis.url));
    const key = '{product:1}:answer';
    try {
      await eventually(async () => expect(store.usable).toBe(true));
      const token = randomUUID();
      await store.acquire(key, `${key}:lease`, token, '');
      await store.store(key, `${key}:lease`, token, entry(token), 60_000);
      process.kill(redis.pid, 'SIGSTOP');
      await Promise.all([1, 2, 3].map((n) => expect(store.read(`${key}${n}`)).rejects.toThrow('Redis')));
      expect(store.usable).toBe(false);
      expect(await store.forget([key], true)).toBe(false);
      process.kill(redis.pid, 'SIGCONT');
      await eventually(async () => expect(store.usable).toBe(true));
      expect(await store.read(key)).toBeUndefined();
    } finally {
      process.kill(redis.pid, 'SIGCONT');
      store.close();
      await redis.stop();
    }
  }, 30_000);
});
