import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ADMIN, type Person, UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Erasing a user', (databaseUrl) => {
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

  it('removes every trace of the person, frees the e-mail and ends their sessions', async () => {
    const ada = await users.person({ username: 'to_be_erased' });
    const at = `/users/${ada.user_id}`;
    expect((await users.call('DELETE', at, { token: (await users.person()).token })).status).toBe(404);
    expect((await users.call('DELETE', at, { token: ada.token, headers: { 'if-match': '"9"' } })).status).toBe(412);
    expect((await users.call('DELETE', at, { token: ada.token })).status).toBe(204);
    expect((await users.call('GET', at, { token: ada.token })).status).toBe(401);
    expect((await users.call('GET', at, { token: admin })).status).toBe(404);
    expect((await users.call('POST', '/auth/refresh', { body: { refresh_token: ada.refresh_token } })).status).toBe(
      401,
    );
    await expect(users.logIn(ada)).rejects.toThrow('401');
    const types = (await users.events(ada.user_id)).map(({ event_type }) => event_type);
    expect(types.slice(-2)).toEqual(['user.sessions-ended', 'user.deleted']);
    for (const table of ['users', 'sessions', 'account_tokens', 'known_clients']) {
      const rows = await users.database.query(`SELECT user_id FROM ${table} WHERE user_id = ?`, [ada.user_id]);
      expect(rows).toEqual([]);
    }
    const again = await users.person({ email: ada.email, username: 'to_be_erased' });
    expect(again.user_id).toBeGreaterThan(ada.user_id);
  });

  it('keeps the last administrator, also when two demote each other at the same time', async () => {
    const root = await users.call('GET', '/users?role=admin', { token: admin });
    const [{ user_id: rootId }] = root.body['users'] as [{ user_id: number }];
    const alone = await users.call('DELETE', `/users/${rootId}`, { token: admin });
    expect([alone.status, alone.body['code']]).toEqual([409, 'last-admin']);
    const demoted = await users.call('PUT', `/users/${rootId}`, { token: admin, body: { role: 'staff' } });
    expect([demoted.status, demoted.body['code']]).toEqual([409, 'last-admin']);

    const second = await promote('admin');
    const answers = await Promise.all([
      users.call('PUT', `/users/${rootId}`, { token: second.token, body: { role: 'customer' } }),
      users.call('PUT', `/users/${second.user_id}`, { token: admin, body: { role: 'customer' } }),
    ]);
    // The later one is either the last administrator, or already refused as a demoted caller.
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ status }) => status === 409 || status === 401).length).toBe(1);
    const { status } = answers[0];
    const survivor = status === 200 ? second.token : admin;
    const back = status === 200 ? rootId : second.user_id;
    await users.call('PUT', `/users/${back}`, { token: survivor, body: { role: 'admin' } });
    admin = (await users.logIn(ADMIN)).token;
  });
});
