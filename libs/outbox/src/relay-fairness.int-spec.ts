import type { Database } from '@app/database';
import { Logger } from '@nestjs/common';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { lowStock, openOutbox, outboxService } from '../../../test/support/outbox-service.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { OutboxAdmin } from './outbox-admin.js';
import { CLAIM_BATCH } from './outbox-rows.js';

/** As many as one claim, and due before all others. */
const STUCK = CLAIM_BATCH;
const ATTEMPTS = 20;
/** Longer than any backoff. */
const LATER_MS = 3_600_000;

const isStuck = (productId: unknown) => Number(productId) <= STUCK;

beforeAll(() => {
  Logger.overrideLogger(false);
});

describeOnEachDatabase('A relay with rows that cannot be published', (databaseUrl) => {
  let database: Database;
  let clock: TestClock;
  const refuse = () => Promise.reject(new Error('nobody takes this'));

  beforeAll(async () => {
    database = await openOutbox(databaseUrl());
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    clock = new TestClock();
    await database.execute('DELETE FROM outbox');
  });

  const service = (stuck: () => Promise<void>) => {
    const service = outboxService(database, clock, ({ aggregate_id }) =>
      isStuck(aggregate_id) ? stuck() : Promise.resolve(),
    );
    service.relay.trigger = () => undefined;
    const append = (from: number, to: number) =>
      database.transaction(async (tx) => {
        for (let id = from; id <= to; id++) await service.outbox.append(tx, lowStock(id));
      });
    return { ...service, append };
  };
  const parked = () => new OutboxAdmin(database, clock).list('parked', 100);

  it('publishes the other rows at every sweep, and parks the poison rows, where operators see them', async () => {
    const { relay, append, published } = service(refuse);
    await append(1, STUCK);
    for (let sweep = 1; sweep <= ATTEMPTS; sweep++) {
      await append(STUCK + sweep, STUCK + sweep);
      expect(await relay.sweep()).toBe(1);
      clock.advance(LATER_MS);
    }
    expect(published.map(({ aggregate_id }) => Number(aggregate_id))).toEqual(
      Array.from({ length: ATTEMPTS }, (_, index) => STUCK + 1 + index),
    );
    expect(await parked()).toHaveLength(STUCK);
    expect((await parked())[0]).toMatchObject({ attempts: ATTEMPTS, last_error: 'Error: nobody takes this' });
    expect(await relay.sweep()).toBe(0);
  });

  it('is not blocked by calls that hang: another relay publishes the other rows meanwhile', async () => {
    let hanging = 0;
    const { relay, append } = service(() => {
      hanging++;
      return new Promise<void>(() => undefined);
    });
    await append(1, STUCK);
    await database.execute('UPDATE outbox SET attempts = ?', [ATTEMPTS - 1]);
    const sweep = relay.sweep();
    await eventually(() => expect(hanging).toBe(STUCK));
    await append(STUCK + 1, STUCK + 5);
    expect(await service(refuse).relay.sweep()).toBe(5);
    expect(await parked()).toEqual([]);
    expect(await sweep).toBe(0);
    expect(await parked()).toHaveLength(STUCK);
  });
});
