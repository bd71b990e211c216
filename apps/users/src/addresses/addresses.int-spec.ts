import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ADMIN, type CallOptions, type Person, UsersTestApp } from '../../../../test/support/users-app.js';

const HOME = { name: 'Ada', line1: '12 St James’s Square', city: 'London', country: 'GB' };
const WORK = { ...HOME, line1: '1 Main Street', company: 'Analytical Engines', phone: '+442079460000' };

interface Saved {
  address_id: number;
  is_default: boolean;
  version: number;
}

describeOnEachDatabase('the addresses of a user', (databaseUrl) => {
  let users: UsersTestApp;
  let ann: Person;
  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
  }, 30_000);
  afterAll(() => users?.close());
  beforeEach(async () => {
    ann = await users.person();
  });

  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: number | '' = '', options: CallOptions = {}) =>
    users.call(method, `/users/me/addresses${path && `/${path}`}`, { token: ann.token, ...options });
  const keep = async (body: object = HOME) => (await call('POST', '', { body })).body as unknown as Saved;
  const kept = async () => (await call('GET')).body['addresses'] as Saved[];
  const defaults = async () =>
    (await kept()).filter(({ is_default }) => is_default).map(({ address_id }) => address_id);

  it('are kept, changed in any part, and forgotten', async () => {
    const created = await call('POST', '', { body: { ...WORK, name: ' Ada ', region: null } });
    const { address_id } = created.body as unknown as Saved;
    expect(created).toMatchObject({
      status: 201,
      headers: { location: `/users/${ann.user_id}/addresses/${address_id}`, etag: '"1"' },
    });
    const { created_at, ...shown } = created.body;
    expect(shown).toEqual({
      ...WORK,
      address_id,
      user_id: ann.user_id,
      is_default: true,
      updated_at: created_at,
      version: 1,
    });
    expect(await call('GET', address_id)).toMatchObject({ status: 200, body: created.body });
    expect((await call('GET', address_id, { headers: { 'if-none-match': '"1"' } })).status).toBe(304);

    const moved = await call('PUT', address_id, {
      body: { line1: '2 Main Street', company: null, postal_code: 'SW1Y' },
    });
    expect(moved).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(moved.body).toMatchObject({
      ...HOME,
      line1: '2 Main Street',
      postal_code: 'SW1Y',
      phone: WORK.phone,
      is_default: true,
    });
    expect(moved.body).not.toHaveProperty('company');
    const again = await call('PUT', address_id, { body: { line1: '2 Main Street', company: null, is_default: true } });
    expect(again.body).toEqual(moved.body);
    expect((await call('PUT', address_id, { body: { city: 'Bath' }, headers: { 'if-match': '"1"' } })).status).toBe(
      412,
    );

    expect((await call('DELETE', address_id, { headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await call('DELETE', address_id)).status).toBe(204);
    expect([(await call('DELETE', address_id)).status, await kept()]).toEqual([404, []]);
  });

  it.each([
    [{ ...HOME, city: undefined }, '/city'],
    [{ ...HOME, country: 'UK' }, '/country'],
    [{ ...HOME, user_id: 1 }, '/user_id'],
    [{ ...HOME, is_default: 'yes' }, '/is_default'],
  ])('are not %j', async (body, pointer) => {
    expect(await call('POST', '', { body })).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('keep their necessary parts', async () => {
    const { address_id } = await keep();
    for (const [body, pointer] of [
      [{ city: null }, '/city'],
      [{ name: '\u200b' }, '/name'],
      [{ version: 3 }, '/version'],
    ] as const) {
      const refused = await call('PUT', address_id, { body });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect((await kept())[0]).toMatchObject({ ...HOME, version: 1 });
  });

  it('have exactly one default among them: the first, until another takes its place', async () => {
    const [first, second] = [await keep({ ...HOME, is_default: false }), await keep()];
    expect([first.is_default, second.is_default]).toEqual([true, false]);
    const third = await keep({ ...WORK, is_default: true });
    expect([third.is_default, third.version, await defaults()]).toEqual([true, 1, [third.address_id]]);
    expect((await kept())[0]).toMatchObject({ is_default: false, version: 2 });

    const chosen = await call('PUT', second.address_id, { body: { is_default: true, city: 'Bath' } });
    expect(chosen.body).toMatchObject({ is_default: true, city: 'Bath', version: 2 });
    expect(await defaults()).toEqual([second.address_id]);
    expect(await call('PUT', second.address_id, { body: { is_default: false } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/is_default', code: 'default' }] },
    });
    expect((await call('PUT', first.address_id, { body: { is_default: false } })).body).toMatchObject({ version: 2 });

    expect((await call('DELETE', third.address_id)).status).toBe(204);
    expect(await defaults()).toEqual([second.address_id]);
    expect((await call('DELETE', second.address_id)).status).toBe(204);
    expect(await defaults()).toEqual([first.address_id]);
  });

  it('are at most twenty, and one of them the default, also when they come at once', async () => {
    const bodies = Array.from({ length: 24 }, (_, n) => ({ ...HOME, line1: `${n}`, is_default: n % 2 === 0 }));
    const answers = await Promise.all(bodies.map((body) => call('POST', '', { body })));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
      Array(4).fill([409, 'too-many-addresses']),
    );
    expect([(await kept()).length, (await defaults()).length]).toEqual([20, 1]);
    const page = await users.call('GET', '/users/me/addresses?page_size=15', { token: ann.token });
    expect(page.body).toMatchObject({ total: 20, page: 1, page_size: 15 });
    const next = `/users/me/addresses?page_size=15&cursor=${String(page.body['next_cursor'])}`;
    const last = await users.call('GET', next, { token: ann.token });
    expect(last.body).toMatchObject({ addresses: { length: 5 }, next_cursor: null });
  });

  it('are kept once under one Idempotency-Key', async () => {
    const post = (body: object) => call('POST', '', { body, headers: { 'idempotency-key': 'home' } });
    const [first, again] = [await post(HOME), await post(HOME)];
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    expect([(await kept()).length, (await post(WORK)).body['code']]).toEqual([1, 'idempotency-key-reused']);
  });

  it('are read by staff and changed by administrators; to others they do not exist', async () => {
    const { address_id } = await keep();
    const admin = (await users.logIn(ADMIN)).token;
    const [bob, carl] = [await users.person(), await users.person()];
    await users.call('PUT', `/users/${carl.user_id}`, { token: admin, body: { role: 'staff' } });
    const staff = (await users.logIn(carl)).token;
    const statuses = async (token: string) => {
      const path = `/users/${ann.user_id}/addresses`;
      const one = `${path}/${address_id}`;
      const answers = [
        await users.call('GET', path, { token }),
        await users.call('GET', one, { token }),
        await users.call('POST', path, { token, body: HOME }),
        await users.call('PUT', one, { token, body: { city: 'Bath' } }),
        await users.call('DELETE', one, { token }),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await statuses(bob.token)).toEqual([404, 404, 404, 404, 404]);
    expect(await statuses(staff)).toEqual([200, 200, 404, 404, 404]);
    expect(await statuses(admin)).toEqual([200, 200, 201, 200, 204]);
    const others = { token: bob.token, body: { city: 'Bath' } };
    const [own] = await kept();
    expect((await users.call('PUT', `/users/me/addresses/${own?.address_id}`, others)).status).toBe(404);
  });

  it('are erased with the account', async () => {
    const [home] = [await keep({ ...WORK, name: 'Ada the Erased' }), await keep()];
    expect((await users.call('DELETE', '/users/me', { token: ann.token })).status).toBe(204);
    const rows = await users.everyRow();
    expect(rows['addresses']?.some((row) => 'address_id' in row && row.address_id === home.address_id)).toBe(false);
    expect(JSON.stringify(rows)).not.toContain('Ada the Erased');
  });
});
