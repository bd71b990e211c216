import type { Clock } from '@app/kernel';
import type { OrdersService, UnpaidCutoffs } from '../orders/orders.service.js';
import { UnpaidOrdersSweeper } from './unpaid-orders.sweeper.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const HOUR = 3_600_000;

/** Returns the age in hours at which orders are cancelled, null for never. */
async function bounds(ttl: number, unverifiedTtl: number): Promise<[number | null, number | null]> {
  const asked: UnpaidCutoffs[] = [];
  const orders = { cancelUnpaid: (each: UnpaidCutoffs) => Promise.resolve(asked.push(each) && 0) };
  const clock: Clock = { now: () => NOW };
  const settings = { maxPieces: 0, ttlMs: ttl * HOUR, unverifiedTtlMs: unverifiedTtl * HOUR };
  await new UnpaidOrdersSweeper(orders as unknown as OrdersService, clock, settings).sweep();
  const hours = (moment?: Date) => (moment && moment.getTime() > 0 ? (NOW.getTime() - moment.getTime()) / HOUR : null);
  return [hours(asked[0]?.before), hours(asked[0]?.unverifiedBefore)];
}

describe('UnpaidOrdersSweeper', () => {
  it.each([
    ['sooner for unverified customers', 24, 1, [24, 1]],
    ['after the same time if that is switched off', 24, 0, [24, 24]],
    ['never later for unverified customers', 1, 24, [1, 1]],
    ['only what unverified customers placed', 0, 1, [null, 1]],
    ['nothing if both are switched off', 0, 0, [null, null]],
  ])('cancels %s', async (_, ttl, unverifiedTtl, expected) => {
    expect(await bounds(ttl, unverifiedTtl)).toEqual(expected);
  });
});
