import type { Database } from '@app/database';
import { makeEnvelope } from '@app/events';
import { DomainError } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { createMysqlDatabase, describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { about, lowStock, openOutbox, outboxService } from '../../../test/support/outbox-service.js';
import { realDatabaseUrl } from '../../../test/support/real-servers.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { Inbox } from './inbox.js';
import { CLAIM_BATCH, OutboxRows } from './outbox-rows.js';

interface Row {
  event_id: string;
  attempts: number;
  envelope: string;
  due_at: unknown;
  sent_at: unknown;
  parked_at: unknown;
  last_error: string | null;
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describeOnEachDatabase('Outbox', (databaseUrl) => {
  let database: Database;
  let clock: TestClock;

  beforeAll(async () => {
    database = await openOutbox(databaseUrl());
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    clock = new TestClock();
    await database.execute('DELETE FROM outbox');
  });

  const rows = () => database.query<Row>('SELECT * FROM outbox ORDER BY id');
  const appended = async (count: number) => {
    const { outbox, relay } = outboxService(database, clock);
    relay.trigger = () => undefined;
    const envelopes = Array.from({ length: count }, (_, i) => lowStock(i + 1));
    await database.transaction(async (tx) => {
      for (const envelope of envelopes) await outbox.append(tx, envelope);
    });
    return envelopes.map(({ event_id }) => event_id);
  };

  it('publishes right after the commit, without waiting for a sweep', async () => {
    const { outbox, published } = outboxService(database, clock);
    const envelope = lowStock(1);
    await database.transaction((tx) => outbox.append(tx, envelope));
    await eventually(() => expect(published).toEqual([envelope]));
    await eventually(async () =>
      expect(await rows()).toMatchObject([{ due_at: null, attempts: 1, sent_at: expect.anything() as unknown }]),
    );
  });

  it('publishes nothing when the transaction rolls back', async () => {
    const { outbox, relay, published } = outboxService(database, clock);
    const failing = database.transaction(async (tx) => {
      await outbox.append(tx, lowStock(1));
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    expect(await relay.sweep()).toBe(0);
    expect([await rows(), published]).toEqual([[], []]);
  });

  it('requires a transaction and a known destination', async () => {
    const { outbox } = outboxService(database, clock);
    await expect(outbox.append(database.dataSource.manager, lowStock(1))).rejects.toThrow('needs the transaction');
    await expect(database.transaction((tx) => outbox.append(tx, lowStock(1), 'cache'))).rejects.toThrow(
      'no publisher for "cache"',
    );
  });

  it('shares rows between two relays and publishes each once', async () => {
    const ids = await appended(230);
    const relays = [outboxService(database, clock), outboxService(database, clock)];
    const sent = await Promise.all(relays.map(({ relay }) => relay.sweep()));
    expect(sent.reduce((a, b) => a + b)).toBe(230);
    const published = relays.flatMap((relay) => relay.published.map(({ event_id }) => event_id));
    expect(published.sort()).toEqual(ids.sort());
  });

  it('retries a failed publish, with growing pauses', async () => {
    await appended(1);
    let failures = 2;
    const { relay, published } = outboxService(database, clock, () =>
      failures-- > 0 ? Promise.reject(new Error('the topic is away')) : Promise.resolve(),
    );
    expect(await relay.sweep()).toBe(0);
    const [row] = await rows();
    expect(row).toMatchObject({ attempts: 1, sent_at: null, last_error: 'Error: the topic is away' });
    expect(database.date(row?.due_at).getTime()).toBeGreaterThan(Date.now());
    expect(await relay.sweep()).toBe(0);
    clock.advance(10_000);
    await relay.sweep();
    clock.advance(10_000);
    expect(await relay.sweep()).toBe(1);
    expect(published).toHaveLength(1);
    expect(await rows()).toMatchObject([{ attempts: 3, last_error: null }]);
  });

  it('publishes waiting rows, claimed or not, after the clock was set back, and leaves the claims of others', async () => {
    await appended(2);
    const [, second] = await rows();
    await database.execute('UPDATE outbox SET due_at = ? WHERE event_id = ?', [clock.now(), second?.event_id]);
    await new OutboxRows(database, clock).claim();
    await appended(1);
    const behind = new TestClock();
    behind.advance(-4 * 60_000);
    expect(await outboxService(database, behind).relay.sweep()).toBe(0);
    clock.advance(-3_600_000);
    const { relay, published } = outboxService(database, clock);
    expect(await relay.sweep()).toBe(3);
    expect(published).toHaveLength(3);
  });

  it('publishes the rows of a crashed relay once its lease has expired', async () => {
    await appended(1);
    const crashed = new OutboxRows(database, clock);
    const [claimed] = await crashed.claim();
    const { relay, published } = outboxService(database, clock);
    expect(await relay.sweep()).toBe(0);
    clock.advance(61_000);
    expect(await relay.sweep()).toBe(1);
    expect(published).toHaveLength(1);
    if (!claimed) throw new Error('claimed nothing');
    await crashed.markFailed(claimed, 'comes too late');
    expect(await rows()).toMatchObject([{ due_at: null, last_error: null }]);
  });

  it('publishes waiting rows within ten seconds once the topic is back, however long the outage', async () => {
    const ids = await appended(100);
    let isAway = true;
    let calls = 0;
    const { relay, published } = outboxService(database, clock, () => {
      calls++;
      return isAway ? Promise.reject(new DomainError('service-unavailable', 'away')) : Promise.resolve();
    });
    for (let seconds = 0; seconds < 300; seconds += 10) {
      expect(await relay.sweep()).toBe(0);
      clock.advance(10_000);
    }
    // One claim per attempt; the other rows of the hundred are not tried each time.
    expect(calls).toBe(30 * CLAIM_BATCH);
    isAway = false;
    expect(await relay.sweep()).toBe(100);
    expect(published.map(({ event_id }) => event_id).sort()).toEqual(ids.sort());
    expect(new Set((await rows()).map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });

  it('keeps what is for a cache that is down, however long, and publishes events meanwhile', async () => {
    let isAway = true;
    const delivered: string[] = [];
    const { relay, published, outbox } = outboxService(database, clock, undefined, ({ event_id }) => {
      if (isAway) return Promise.reject(new DomainError('service-unavailable', 'away'));
      delivered.push(event_id);
      return Promise.resolve();
    });
    relay.trigger = () => undefined;
    const notices = Array.from({ length: 2 * CLAIM_BATCH }, (_, index) => `notice-${index}`);
    await database.transaction(async (tx) => {
      const { request_id, traceparent } = about(1);
      for (const event_id of notices)
        await outbox.appendNotice(tx, { event_id, event_type: 'x', request_id, traceparent, payload: {} }, 'cache', 0);
    });
    for (let attempt = 0; attempt < 50; attempt++) {
      const [id] = await appended(1);
      expect(await relay.sweep()).toBe(1);
      expect(published.at(-1)).toMatchObject({ event_id: id });
      clock.advance(10_000);
    }
    expect(delivered).toEqual([]);
    isAway = false;
    expect(await relay.sweep()).toBe(notices.length);
    expect(delivered.sort()).toEqual(notices.sort());
  });

  it('parks a row after 20 attempts, where operators see it', async () => {
    await appended(1);
    await database.execute('UPDATE outbox SET attempts = 19');
    const { relay } = outboxService(database, clock, () => Promise.reject(new Error('nobody takes this')));
    await relay.sweep();
    clock.advance(86_400_000);
    await relay.sweep();
    expect(await rows()).toMatchObject([
      {
        attempts: 20,
        due_at: null,
        sent_at: null,
        parked_at: expect.anything() as unknown,
        last_error: 'Error: nobody takes this',
      },
    ]);
  });

  it('redacts the token and personal data once the event is sent', async () => {
    const { outbox, relay, published } = outboxService(database, clock);
    const payload = {
      user_id: 1,
      email: 'a@example.com',
      full_name: 'A',
      token: 'canary-token-0123456789',
      expires_at: new Date().toISOString(),
    };
    const envelope = makeEnvelope('user.password-reset-requested', { ...about(1), payload });
    relay.trigger = () => undefined;
    await database.transaction((tx) => outbox.append(tx, envelope));
    expect((await rows())[0]?.envelope).toContain('canary-token');
    await relay.sweep();
    expect(published).toEqual([envelope]);
    const [row] = await rows();
    expect(JSON.parse(row?.envelope ?? '')).toEqual({
      ...envelope,
      payload: { ...payload, email: '[redacted]', full_name: '[redacted]', token: '[redacted]' },
    });
  });

  it('sweeps rows that were never triggered, and drains before the database closes', async () => {
    const other = await openOutbox(databaseUrl());
    const { relay, published } = outboxService(other, clock);
    const ids = await appended(3);
    relay.start();
    await eventually(() => expect(published.map(({ event_id }) => event_id)).toEqual(ids));
    const more = await appended(2);
    await other.close();
    expect(published.slice(3).map(({ event_id }) => event_id)).toEqual(more);
  });

  it('recognises a redelivered event, also a concurrent one', async () => {
    const inbox = new Inbox(database, clock);
    const { event_id } = lowStock(1);
    const first = await Promise.all([1, 2, 3].map(() => database.transaction((tx) => inbox.once(tx, event_id))));
    expect(first.sort()).toEqual([false, false, true]);
    const { event_id: failed } = lowStock(2);
    const failing = database.transaction(async (tx) => {
      await inbox.once(tx, failed);
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    expect(await database.transaction((tx) => inbox.once(tx, failed))).toBe(true);
  });
});

(realDatabaseUrl() ? describe : describe.skip)('Outbox under load (mysql)', () => {
  it('never blocks appends: no deadlock and no lock wait while two relays run', async () => {
    const own = await createMysqlDatabase();
    const database = await openOutbox(own.url);
    const clock = new TestClock();
    const services = [outboxService(database, clock), outboxService(database, clock)];
    const [writer] = services;
    let transactions = 0;
    await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        database.transaction(async (tx) => {
          transactions++;
          await writer?.outbox.append(tx, lowStock(i + 1));
        }),
      ).concat(services.map(({ relay }) => relay.sweep().then(() => undefined))),
    );
    const published = () => services.flatMap((one) => one.published);
    await eventually(() => expect(published()).toHaveLength(400));
    expect(new Set(published().map(({ event_id }) => event_id)).size).toBe(400);
    expect(transactions).toBe(400);
    await database.close();
    await own.remove();
  });
});
