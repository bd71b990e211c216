import 'reflect-metadata';
import { Redis } from 'ioredis';
import { RedisEntryStore } from '../../../apps/products/src/cache/redis-entry-store.js';
import { ProductsRepository } from '../../../apps/products/src/products/products.repository.js';

/** Counts in Redis the leases that were given and the loads that were made; each load takes its time. */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
redis.on('error', () => undefined);
const LOAD_MS = 30;

const acquire = RedisEntryStore.prototype.acquire;
RedisEntryStore.prototype.acquire = async function (...asked) {
  const acquired = await acquire.apply(this, asked);
  if ('leads' in acquired && acquired.leads) await redis.incr('proof:leases');
  return acquired;
};

const { findById, list } = ProductsRepository.prototype;
ProductsRepository.prototype.findById = async function (...asked) {
  await noteLoad();
  return findById.apply(this, asked);
};
ProductsRepository.prototype.list = async function (...asked) {
  await noteLoad();
  return list.apply(this, asked);
};

async function noteLoad(): Promise<void> {
  await redis.incr('proof:loads');
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
}
