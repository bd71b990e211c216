import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Sessions', (databaseUrl) => {
  let users: UsersTestApp;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
  });
  afterAll(() => users?.close());

  const refresh = (refresh_token: string) => users.call('POST', '/auth/refresh', { body: { refresh_token } });

  it('returns the same successor for a token that was just exchanged; once that is exchanged too, it ends the family', async () => {
    const ada = await users.person();
    const first = await refresh(ada.refresh_token);
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    const again = await refresh(ada.refresh_token);
    expect([again.status, again.body['refresh_token']]).toEqual([200, first.body['refresh_token']]);
    const newest = String((await refresh(String(first.body['refresh_token']))).body['refresh_token']);
    const reused = await refresh(ada.refresh_token);
    expect([reused.status, reused.body['code']]).toEqual([401, 'invalid-refresh-token']);
    expect((await refresh(newest)).status).toBe(401);
    const token = String(first.body['access_token']);
    expect((await users.call('GET', `/users/${ada.user_id}`, { token })).status).toBe(401);
    expect((await users.events(ada.user_id, 'user.sessions-ended')).length).toBe(1);
    await refresh(ada.refresh_token);
    expect((await users.events(ada.user_id, 'user.sessions-ended')).length).toBe(1);
  });

  it('returns one successor to 20 concurrent refreshes, and it stays valid', async () => {
    const ada = await users.person();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(ada.refresh_token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => String(body['refresh_token'])));
    expect(successors.size).toBe(1);
    for (const { body } of answers) {
      const token = String(body['access_token']);
      expect((await users.call('GET', '/users/me', { token })).status).toBe(200);
    }
    expect((await refresh([...successors][0] ?? '')).status).toBe(200);
  });

  it('keeps the families of one person apart', async () => {
    const ada = await users.person();
    const other = await users.logIn(ada);
    const { body } = await refresh(ada.refresh_token);
    await refresh(String(body['refresh_token']));
    expect((await refresh(ada.refresh_token)).status).toBe(401);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('ends one session at logout, also by a token that was just exchanged, and accepts an unknown one', async () => {
    const ada = await users.person();
    const logOut = (refresh_token: string) => users.call('POST', '/auth/logout', { body: { refresh_token } });
    expect((await logOut(ada.refresh_token)).status).toBe(204);
    expect((await refresh(ada.refresh_token)).status).toBe(401);
    expect((await logOut('never seen')).status).toBe(204);
    const late = await users.person();
    const { body } = await refresh(late.refresh_token);
    expect((await logOut(late.refresh_token)).status).toBe(204);
    expect((await refresh(String(body['refresh_token']))).status).toBe(401);
  });

  it.each(['garbage', '', '0d5f6c1e-6a3b-4f57-9a0e-3f2b8c1d4e5f.aaaa'])(
    'refuses %j as a refresh token',
    async (token) => {
      expect([401, 422]).toContain((await refresh(token)).status);
    },
  );

  it('refuses an access token as a refresh token and the reverse', async () => {
    const ada = await users.person();
    expect((await refresh(ada.token)).status).toBe(401);
    expect((await users.call('GET', `/users/${ada.user_id}`, { token: ada.refresh_token })).status).toBe(401);
  });
});
