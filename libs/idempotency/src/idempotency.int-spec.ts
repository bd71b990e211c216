import { Database } from '@app/database';
import { DomainError } from '@app/kernel';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { script, startNotesApp } from '../../../test/support/notes-app.js';
import { Idempotency } from './idempotency.js';
import { TestClock } from '../../../test/support/test-clock.js';

describeOnEachDatabase('Idempotency', (databaseUrl) => {
  let app: NestFastifyApplication;
  let database: Database;
  const clock = new TestClock();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    app = await startNotesApp(databaseUrl(), clock);
    database = app.get(Database);
  });
  afterAll(() => app?.close());
  afterEach(() => jest.restoreAllMocks());
  beforeEach(async () => {
    script.meanwhile = () => Promise.resolve();
    clock.ahead = 0;
    script.caller = { user_id: 1, role: 'customer' };
    script.guest = undefined;
    await database.execute('DELETE FROM idempotency_keys');
    await database.execute('DELETE FROM notes');
  });

  const post = async (key: string | undefined, payload: object, url = '/notes') => {
    const answer = await app.inject({
      method: 'POST',
      url,
      payload,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
    return {
      status: answer.statusCode,
      body: answer.json<Record<string, unknown>>(),
      replayed: answer.headers['idempotency-replayed'],
    };
  };
  const keys = () => database.query('SELECT id FROM idempotency_keys');
  const notes = () => database.query<{ reference: string; text: string }>('SELECT * FROM notes');
  /** Pauses the first request between claim and transaction until `release` is called. */
  const pause = () => {
    let release = () => undefined as void;
    let reached = () => undefined as void;
    const held = new Promise<void>((resolve) => (reached = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    script.meanwhile = () => {
      script.meanwhile = () => Promise.resolve();
      reached();
      return gate;
    };
    return { held, release: () => release() };
  };

  it('runs one of 20 concurrent requests with the same key', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('k', { text: 'a' })));
    expect(await notes()).toHaveLength(1);
    const [done] = answers.filter(({ status }) => status === 201);
    expect(done).toBeDefined();
    for (const answer of answers) {
      if (answer.status === 201) expect(answer.body).toEqual(done?.body);
      else expect(answer.body).toMatchObject({ code: 'idempotency-key-in-use' });
    }
  });

  it('replays the first response with a header that marks it, and does nothing again', async () => {
    const first = await post('k', { text: 'a', more: [1, { b: 1, c: 2 }] });
    expect(first).toMatchObject({ status: 201, replayed: undefined });
    const second = await post('k', { more: [1, { c: 2, b: 1 }], text: 'a' });
    expect(second).toEqual({ ...first, replayed: 'true' });
    expect(await notes()).toHaveLength(1);
  });

  it('runs every request without a key, each with its own reference', async () => {
    await post(undefined, { text: 'a' });
    await post(undefined, { text: 'a' });
    expect(new Set((await notes()).map(({ reference }) => reference)).size).toBe(2);
  });

  it('rejects another body under the same key, also while the first request runs', async () => {
    const { held, release } = pause();
    const first = post('k', { text: 'a' });
    await held;
    expect((await post('k', { text: 'b' })).body).toMatchObject({ code: 'idempotency-key-reused' });
    expect((await post('k', { text: 'a' })).body).toMatchObject({ code: 'idempotency-key-in-use' });
    release();
    expect((await first).status).toBe(201);
    expect((await post('k', { text: 'b' })).body).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('separates keys by caller, route and path, and is case-sensitive', async () => {
    await post('k', { text: 'a' });
    script.caller = { user_id: 2, role: 'customer' };
    await post('k', { text: 'b' });
    await post('K', { text: 'c' });
    await post('k', { text: 'd' }, '/boards/1/notes');
    await post('k', { text: 'e' }, '/boards/2/notes');
    expect((await notes()).map(({ text }) => text)).toEqual(['a', 'b', 'c', '1 d', '2 e']);
  });

  it("scopes a guest's keys by what the token is of", async () => {
    script.caller = undefined;
    for (const tokenHash of ['one', 'other']) {
      script.guest = { of: 'cart', id: '1', tokenHash };
      expect(await post('k', { text: 'a' })).toMatchObject({ status: 201, replayed: undefined });
      expect(await post('k', { text: 'a' })).toMatchObject({ status: 201, replayed: 'true' });
    }
    expect(await notes()).toHaveLength(2);
  });

  it('uses no key of a stranger on a route for known callers', async () => {
    expect(await post('k', { text: 'a' }, '/known')).toMatchObject({ replayed: undefined });
    expect(await post('k', { text: 'a' }, '/known')).toMatchObject({ replayed: 'true' });
    script.caller = undefined;
    for (let n = 0; n < 2; n++) expect(await post('k', { text: 'a' }, '/known')).toMatchObject({ replayed: undefined });
    expect(await notes()).toHaveLength(3);
    expect((await post('', { text: 'a' }, '/known')).body).toMatchObject({ code: 'validation-failed' });
  });

  it('frees the key of a request that had nothing to do', async () => {
    expect(await post('k', { text: 'a' }, '/done')).toMatchObject({ status: 201, replayed: undefined });
    expect(await post('k', { text: 'b' }, '/done')).toMatchObject({ status: 201, replayed: undefined });
    expect(await keys()).toEqual([]);
  });

  it('scopes the keys of a public route by a field of the body', async () => {
    script.caller = undefined;
    await post('k', { text: 'a' }, '/public');
    await post('k', { text: 'b' }, '/public');
    expect(await post('k', { text: 'a' }, '/public')).toMatchObject({ replayed: 'true' });
    expect(await notes()).toHaveLength(2);
  });

  it('scopes a public route in the same way for a signed-in caller', async () => {
    await post('k', { text: 'a' }, '/public');
    script.caller = undefined;
    expect(await post('k', { text: 'a' }, '/public')).toMatchObject({ replayed: 'true' });
  });

  it('deletes the responses that concern an erased person, and no others', async () => {
    await post('k', { text: 'a' });
    script.caller = { user_id: 2, role: 'customer' };
    await post('k', { text: 'b' });
    await app.get(Idempotency).forget(1);
    expect(await post('k', { text: 'b' })).toMatchObject({ replayed: 'true' });
    script.caller = { user_id: 1, role: 'customer' };
    expect(await post('k', { text: 'c' })).toMatchObject({ status: 201, replayed: undefined });
  });

  it('releases the key when the request fails', async () => {
    script.meanwhile = () => Promise.reject(new DomainError('version-conflict', 'none left'));
    expect((await post('k', { text: 'a' })).body).toMatchObject({ code: 'version-conflict' });
    script.meanwhile = () => Promise.resolve();
    expect(await post('k', { text: 'b' })).toMatchObject({ status: 201, replayed: undefined });
  });

  it('keeps the reference of a failed request whose work goes on, for the same body only', async () => {
    const references: string[] = [];
    script.meanwhile = (claim) => {
      references.push(app.get(Idempotency).reference(claim));
      app.get(Idempotency).keepReference(claim);
      return references.length > 1 ? Promise.resolve() : Promise.reject(new DomainError('service-unavailable', 'away'));
    };
    expect((await post('k', { text: 'a' })).body).toMatchObject({ code: 'service-unavailable' });
    expect((await post('k', { text: 'b' })).body).toMatchObject({ code: 'idempotency-key-reused' });
    expect(await post('k', { text: 'a' })).toMatchObject({ status: 201, replayed: undefined });
    expect(await notes()).toMatchObject([{ reference: references[0] }]);
    expect(references[1]).toBe(references[0]);
  });

  it.each([
    ['that it could not release', /^DELETE/],
    ['whose INSERT failed although it was executed', /^INSERT INTO idempotency_keys/],
  ])('releases a key %s, once the database is back', async (_, fails) => {
    const gone = new DomainError('service-unavailable', 'The connection is gone.');
    const execute = database.execute.bind(database);
    let away = true;
    jest.spyOn(database, 'execute').mockImplementation(async (sql, ...more) => {
      if (away && sql.startsWith('DELETE')) throw gone;
      const result = await execute(sql, ...more);
      if (away && fails.test(sql)) throw gone;
      return result;
    });
    script.meanwhile = () => Promise.reject(gone);
    expect((await post('k', { text: 'a' })).body).toMatchObject({ code: 'service-unavailable' });
    expect(await keys()).toHaveLength(1);
    away = false;
    await eventually(async () => expect(await keys()).toEqual([]));
  });

  it('passes an expired lease to the next request with the same reference; the old holder cannot commit', async () => {
    const { held, release } = pause();
    const old = post('k', { text: 'a' });
    await held;
    const [claimed] = await database.query<{ reference: string }>('SELECT reference FROM idempotency_keys');
    clock.ahead = 61_000;
    const next = await post('k', { text: 'a' });
    expect(next).toMatchObject({ status: 201, body: { reference: claimed?.reference } });
    release();
    expect((await old).body).toMatchObject({ code: 'idempotency-key-in-use' });
    expect(await notes()).toHaveLength(1);
    expect(await post('k', { text: 'a' })).toEqual({ ...next, replayed: 'true' });
  });

  it('passes on a lease that began before the clock was set back', async () => {
    const { held, release } = pause();
    const old = post('k', { text: 'a' });
    await held;
    clock.ahead = -4 * 60_000;
    expect((await post('k', { text: 'a' })).body).toMatchObject({ code: 'idempotency-key-in-use' });
    clock.ahead = -3_600_000;
    expect(await post('k', { text: 'a' })).toMatchObject({ status: 201 });
    release();
    expect((await old).body).toMatchObject({ code: 'idempotency-key-in-use' });
    expect(await notes()).toHaveLength(1);
  });

  it('lets a client that follows Retry-After retry a few times until the lease of an aborted request expires', async () => {
    const { held, release } = pause();
    const old = post('k', { text: 'a' });
    await held;
    const waits: number[] = [];
    for (;;) {
      const { status, body } = await post('k', { text: 'a' });
      if (status === 201) break;
      expect(body['detail']).toContain('or it broke off');
      waits.push(Math.ceil(Number(body['retry_after'])));
      clock.ahead += Number(waits.at(-1)) * 1_000;
    }
    expect(waits.length).toBeLessThan(10);
    expect(waits.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(61);
    release();
    await old;
  });

  it('passes an expired lease to exactly one of many', async () => {
    const { held, release } = pause();
    const old = post('k', { text: 'a' });
    await held;
    clock.ahead = 61_000;
    await Promise.all(Array.from({ length: 10 }, () => post('k', { text: 'a' })));
    release();
    await old;
    expect(await notes()).toHaveLength(1);
  });

  it('forgets a key after 24 hours', async () => {
    await post('k', { text: 'a' });
    clock.ahead = 24 * 3_600_000 + 1;
    expect(await post('k', { text: 'b' })).toMatchObject({ status: 201, replayed: undefined });
  });

  it('reports a malformed key, a route that did not commit, and one that claims no keys', async () => {
    for (const key of ['', 'x'.repeat(256), 'tab\there']) {
      expect((await post(key, { text: 'a' })).body).toMatchObject({
        code: 'validation-failed',
        errors: [{ pointer: 'header:Idempotency-Key' }],
      });
    }
    for (const url of ['/forgetful', '/unclaimed'])
      expect((await post('k', { text: 'a' }, url)).body).toMatchObject({ code: 'internal-error' });
    expect(await keys()).toEqual([]);
  });
});
