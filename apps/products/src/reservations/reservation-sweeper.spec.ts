import { DomainError, SystemClock } from '@app/kernel';
import type { OrdersClient } from './orders.client.js';
import type { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationSweeper } from './reservation-sweeper.js';
import type { ReservationsRepository } from './reservations.repository.js';

/** A sweeper over these due holds, read in batches. */
function sweeperOver(due: string[], settle: () => Promise<'placed' | 'abandoned'>): ReservationSweeper {
  const end = async (orderRef: string): Promise<void> => void due.splice(due.indexOf(orderRef), 1);
  const reservations = { due: async (_now: Date, _latest: Date, limit: number) => due.slice(0, limit), postpone: end };
  return new ReservationSweeper(
    reservations as unknown as ReservationsRepository,
    { confirm: end, expire: end } as unknown as ReservationLifecycleService,
    { settle } as unknown as OrdersClient,
    new SystemClock(),
    { currency: 'USD', reservationHoldMs: 300_000, mediaBaseUrl: '' },
  );
}

const holds = (count: number): string[] => Array.from({ length: count }, (_, index) => `ref-${index}`);

describe('a sweep', () => {
  it('continues while there are more batches of expired holds', async () => {
    const due = holds(250);
    expect(await sweeperOver(due, async () => 'abandoned').sweep()).toBe(250);
    expect(due).toEqual([]);
  });

  it('ends after 500 holds, so that a scheduled function does not time out', async () => {
    const due = holds(600);
    expect(await sweeperOver(due, async () => 'placed').sweep()).toBe(500);
  });

  it('gives up after too many unanswered commands', async () => {
    const due = holds(250);
    const away = () => Promise.reject(new DomainError('service-unavailable', 'Away.'));
    expect(await sweeperOver(due, away).sweep()).toBe(0);
    expect(due).toHaveLength(247);
  });
});
