import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ADMIN, type Person, UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Reading and listing users', (databaseUrl) => {
  let users: UsersTestApp;
  let admin: string;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
    admin = (await users.logIn(ADMIN)).token;
  });
  afterAll(() => users?.close());

  const promote = async (role: string): Promise<Person> => {
    const person = await users.person();
    await users.call('PUT', `/users/${person.user_id}`, { token: admin, body: { role } });
    return { ...person, ...(await users.logIn(person)) };
  };

  it('shows people themselves, staff everybody, and strangers nothing', async () => {
    const [ada, bob, staff] = [await users.person(), await users.person(), await promote('staff')];
    const at = `/users/${ada.user_id}`;
    const own = await users.call('GET', at, { token: ada.token });
    expect([own.status, own.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await users.call('GET', at, { token: staff.token })).status).toBe(200);
    const strange = await users.call('GET', at, { token: bob.token });
    expect([strange.status, strange.body['code']]).toEqual([404, 'not-found']);
    expect((await users.call('GET', at)).status).toBe(401);
    const unchanged = { token: ada.token, headers: { 'if-none-match': own.headers['etag'] ?? '' } };
    expect((await users.call('GET', at, unchanged)).status).toBe(304);
  });

  it('accepts `me` for the caller in every path with a user id', async () => {
    const ada = await users.person();
    const read = await users.call('GET', '/users/me', { token: ada.token });
    expect(read.body).toMatchObject({ user_id: ada.user_id, email: ada.email });
    const changed = await users.call('PUT', '/users/me', { token: ada.token, body: { full_name: 'Ada Me' } });
    expect(changed.body).toMatchObject({ user_id: ada.user_id, full_name: 'Ada Me' });
    expect((await users.call('GET', '/users/me')).status).toBe(401);
    expect((await users.call('GET', '/users/Me', { token: ada.token })).status).toBe(422);
    expect((await users.call('DELETE', '/users/me', { token: ada.token })).status).toBe(204);
    expect((await users.call('GET', `/users/${ada.user_id}`, { token: admin })).status).toBe(404);
  });

  it('returns the user with a login, as GET /users/{user_id} does', async () => {
    const ada = await users.person();
    const { email, password } = ada;
    const login = await users.call('POST', '/auth/login', { body: { email, password } });
    expect(Object.keys(login.body)).toEqual(['access_token', 'token_type', 'expires_in', 'refresh_token', 'user']);
    expect(login.body['user']).toEqual((await users.call('GET', '/users/me', { token: ada.token })).body);
    const refreshed = await users.call('POST', '/auth/refresh', { body: { refresh_token: ada.refresh_token } });
    expect(Object.keys(refreshed.body)).not.toContain('user');
  });

  it('lists for staff only: filters, search, sorting and both ways of paging', async () => {
    const tag = `lister${Date.now()}`;
    for (const n of [3, 1, 2]) await users.person({ full_name: `${tag} ${n}`, email: `${tag}.${n}@example.com` });
    const { token } = await promote('staff');
    const list = async (query: string) => (await users.call('GET', `/users?${query}`, { token })).body;
    const names = (body: Record<string, unknown>) =>
      (body['users'] as { full_name: string }[]).map(({ full_name }) => full_name.split(' ')[1]);

    const first = await list(`q=${tag.toUpperCase()}&sort=full_name&page_size=2`);
    expect([first['total'], first['total_is_exact'], names(first)]).toEqual([3, true, ['1', '2']]);
    expect(JSON.stringify(first)).not.toMatch(/argon2|password|email_key/);
    const next = encodeURIComponent(String(first['next_cursor']));
    expect(names(await list(`q=${tag}&sort=full_name&page_size=2&cursor=${next}`))).toEqual(['3']);
    expect(names(await list(`q=${tag}&sort=-email&page=2&page_size=2`))).toEqual(['1']);
    expect(names(await list(`q=${tag}`))).toEqual(['2', '1', '3']);
    expect((await list(`email=${tag}.3@EXAMPLE.com`))['total']).toBe(1);
    expect((await list(`q=${tag}&created_from=2100-01-01T00:00:00Z`))['total']).toBe(0);
    expect((await list(`q=${tag}&created_to=2100-01-01T00:00:00Z&role=customer`))['total']).toBe(3);
    // Both ends of the range are inclusive.
    const [{ created_at: instant } = { created_at: '' }] = (await list(`q=${tag}&page_size=1`))['users'] as {
      created_at: string;
    }[];
    const during = `q=${tag}&created_from=${instant}&created_to=${instant}`;
    expect((await list(during))['total']).toBeGreaterThanOrEqual(1);
    expect((await list(`q=${tag}&role=admin`))['total']).toBe(0);
    expect((await list(`q=${encodeURIComponent('100%_')}`))['total']).toBe(0);

    const byCreation = await list(`q=${tag}&page_size=1`);
    const second = encodeURIComponent(String(byCreation['next_cursor']));
    expect(names(await list(`q=${tag}&page_size=1&cursor=${second}`))).toEqual(['1']);

    const customer = await users.person();
    expect((await users.call('GET', '/users', { token: customer.token })).status).toBe(403);
    for (const query of ['sort=password_hash', 'cursor=forged', 'page_size=0', 'nonsense=1']) {
      expect((await users.call('GET', `/users?${query}`, { token })).status).toBe(422);
    }
  });
});
