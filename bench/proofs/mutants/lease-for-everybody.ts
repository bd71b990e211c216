import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { RedisEntryStore } from '../../../libs/coherent-cache/src/redis-entry-store.js';

/** Every process loads on a miss. */
const { take } = RedisEntryStore.prototype;
RedisEntryStore.prototype.take = async function (key) {
  const taken = await take.call(this, key);
  return 'entry' in taken ? taken : { lease: taken.lease ?? randomUUID() };
};
