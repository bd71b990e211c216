import { Database } from '@app/database';
import { openDataSource } from '@app/database';
import { SystemClock } from '@app/kernel';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { OutboxAdmin } from './outbox-admin.js';
import { OUTBOX_MIGRATIONS } from './migrations.js';

describeOnEachDatabase('OutboxAdmin', (databaseUrl) => {
  let database: Database;
  let admin: OutboxAdmin;

  beforeAll(async () => {
    const options = { url: databaseUrl(), defaultDatabase: 'unused', entities: [], poolSize: 2 };
    database = new Database(await openDataSource({ ...options, migrations: OUTBOX_MIGRATIONS }));
    admin = new OutboxAdmin(database, new SystemClock());
  });
  afterAll(() => database.close());

  async function row(
    id: number,
    fields: { attempts?: number; sent?: boolean; parked?: boolean; request?: string } = {},
  ) {
    const now = new Date();
    const { attempts = 20, sent = false, parked = false, request = 'request-1' } = fields;
    const about = { request_id: request, aggregate_id: '7', occurred_at: '2026-11-30T10:00:00.000Z' };
    const envelope = JSON.stringify({ event_id: `e-${id}`, ...about, payload: {} });
    await database.execute(
      `INSERT INTO outbox (id, event_id, destination, event_type, envelope, attempts, due_at, created_at, sent_at, parked_at)
       VALUES (?, ?, 'topic', 'order.created', ?, ?, ?, ?, ?, ?)`,
      [id, `e-${id}`, envelope, attempts, sent || parked ? null : now, now, sent ? now : null, parked ? now : null],
    );
  }
  const change = (verb: 'park' | 'retry', id: number) => database.transaction((tx) => admin[verb](tx, id));
  beforeEach(() => database.execute('DELETE FROM outbox').then(() => undefined));

  it('parks a waiting row, so that no relay claims it, and retries it with all its attempts', async () => {
    await row(1);
    expect(await change('park', 1)).toMatchObject({ before: { state: 'waiting' }, after: { state: 'parked' } });
    expect(await database.query('SELECT id FROM outbox WHERE due_at IS NOT NULL')).toEqual([]);
    expect(await change('retry', 1)).toMatchObject({
      before: { state: 'parked', attempts: 20 },
      after: { attempts: 0 },
    });
    expect(await admin.list('waiting', 10)).toMatchObject([{ id: 1, state: 'waiting', attempts: 0 }]);
  });

  it('rejects a row that was sent or does not exist, and lists the newest up to a limit', async () => {
    await row(1, { sent: true });
    await row(2);
    await row(3);
    await expect(change('retry', 1)).rejects.toThrow('Row 1 was sent');
    await expect(change('park', 9)).rejects.toThrow('There is no such row 9 in the outbox');
    expect((await admin.list('waiting', 1)).map(({ id }) => id)).toEqual([3]);
    expect(await admin.list('sent', 10)).toHaveLength(1);
  });

  it('finds the events of a request and of an aggregate', async () => {
    await row(1);
    await row(2, { request: 'request-2' });
    expect((await admin.ofRequest('request-1')).map(({ event_id }) => event_id)).toEqual(['e-1']);
    const about = await admin.about(['shipment.', 'order.'], '7');
    expect(about.map(({ request_id }) => request_id)).toEqual(['request-1', 'request-2']);
    expect(about[0]).toMatchObject({
      event_id: 'e-1',
      event_type: 'order.created',
      occurred_at: '2026-11-30T10:00:00.000Z',
    });
    expect((await admin.newestAbout(['order.', 'shipment.'], 1)).map(({ event_id }) => event_id)).toEqual(['e-2']);
    expect(await admin.about(['user.', 'shipment.'], '7')).toEqual([]);
    expect(await admin.about(['order.'], '8')).toEqual([]);
  });
});
