import 'reflect-metadata';
import { Redis } from 'ioredis';
import { LoadGate } from '../../../libs/coherent-cache/src/load-gate.js';
import { RedisEntryStore } from '../../../libs/coherent-cache/src/redis-entry-store.js';
import { ProductListsRepository } from '../../../apps/products/src/catalog/product-lists.repository.js';
import { ProductsRepository } from '../../../apps/products/src/catalog/products.repository.js';

/**
 * Counts in Redis the granted leases, the loads, and the loads made because Redis did not answer in time. Slows each
 * load down.
 */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
redis.on('error', () => undefined);
const LOAD_MS = 30;

const { take } = RedisEntryStore.prototype;
/** Callers in the same turn get the same object. */
const counted = new WeakSet<object>();
RedisEntryStore.prototype.take = async function (key) {
  const taken = await take.call(this, key);
  if ('lease' in taken && taken.lease !== undefined && !counted.has(taken)) {
    counted.add(taken);
    await redis.incr('proof:leases');
  }
  return taken;
};

const { share } = LoadGate.prototype;
LoadGate.prototype.share = function (key, load: () => Promise<unknown>) {
  return share.call(this, key, async () => {
    await redis.incr('proof:bypasses');
    return load();
  });
};

const { findById } = ProductsRepository.prototype;
const { list } = ProductListsRepository.prototype;
ProductsRepository.prototype.findById = async function (...asked) {
  await noteLoad();
  return findById.apply(this, asked);
};
ProductListsRepository.prototype.list = async function (...asked) {
  await noteLoad();
  return list.apply(this, asked);
};

async function noteLoad(): Promise<void> {
  await redis.incr('proof:loads');
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
}
