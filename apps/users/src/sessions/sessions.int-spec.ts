import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersParts } from '../../../../test/support/users-parts.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('SessionsService', (databaseUrl) => {
  let parts: UsersParts;

  beforeAll(async () => {
    parts = await UsersParts.open(databaseUrl());
  });
  afterAll(() => parts?.database.close());

  const open = async () => {
    const user = await parts.somebody();
    return { user, grant: await parts.database.transaction((tx) => parts.sessions.open(tx, user)) };
  };
  const refused = { code: 'invalid-refresh-token' };

  it('lives for 30 days after the last refresh', async () => {
    const { grant } = await open();
    parts.clock.advance(29 * DAY_MS);
    const next = await parts.sessions.rotate(grant.refresh_token);
    parts.clock.advance(29 * DAY_MS);
    const last = await parts.sessions.rotate(next.refresh_token);
    parts.clock.advance(30 * DAY_MS);
    await expect(parts.sessions.rotate(last.refresh_token)).rejects.toMatchObject(refused);
  });

  it('returns the same successor for 10 seconds after the first exchange; later the token ends the session', async () => {
    const { user, grant } = await open();
    const next = await parts.sessions.rotate(grant.refresh_token);
    parts.clock.advance(9_999);
    expect((await parts.sessions.rotate(grant.refresh_token)).refresh_token).toBe(next.refresh_token);
    parts.clock.advance(1);
    await expect(parts.sessions.rotate(grant.refresh_token)).rejects.toMatchObject(refused);
    await expect(parts.sessions.rotate(next.refresh_token)).rejects.toMatchObject(refused);
    expect(parts.published.at(-1)).toMatchObject({
      event_type: 'user.sessions-ended',
      payload: { user_id: user.userId },
    });
  });

  it('does not return a successor again once that one was exchanged itself', async () => {
    const { grant } = await open();
    const next = await parts.sessions.rotate(grant.refresh_token);
    const last = await parts.sessions.rotate(next.refresh_token);
    await expect(parts.sessions.rotate(grant.refresh_token)).rejects.toMatchObject(refused);
    await expect(parts.sessions.rotate(last.refresh_token)).rejects.toMatchObject(refused);
  });

  it('is not extended when a token is presented twice', async () => {
    const { grant } = await open();
    const next = await parts.sessions.rotate(grant.refresh_token);
    parts.clock.advance(9_000);
    await parts.sessions.rotate(grant.refresh_token);
    parts.clock.advance(30 * DAY_MS - 9_000);
    await expect(parts.sessions.rotate(next.refresh_token)).rejects.toMatchObject(refused);
  });

  it('carries the current role, not that of the login', async () => {
    const { user, grant } = await open();
    await parts.database.transaction((tx) => parts.users.change(tx, user, { role: 'staff' }));
    expect((await parts.sessions.rotate(grant.refresh_token)).role).toBe('staff');
  });

  it('stores no token', async () => {
    const { grant } = await open();
    const next = await parts.sessions.rotate(grant.refresh_token);
    const rows = JSON.stringify(await parts.database.query('SELECT * FROM sessions'));
    for (const token of [grant, next]) expect(rows).not.toContain(token.refresh_token.split('.')[1]);
  });

  it('refuses every access token issued before the end, published in whole seconds', async () => {
    const { user, grant } = await open();
    expect(await parts.sessions.notBefore(user.userId)).toBeUndefined();
    const second = Math.floor(parts.clock.now().getTime() / 1_000);
    await parts.database.transaction((tx) => parts.sessions.endAll(tx, user));
    expect(await parts.sessions.notBefore(user.userId)).toBe(second + 1);
    const event = parts.published.at(-1);
    expect(event?.payload).toEqual({ user_id: user.userId, not_before: new Date((second + 1) * 1_000).toISOString() });
    await expect(parts.sessions.rotate(grant.refresh_token)).rejects.toMatchObject(refused);
    const next = await parts.database.transaction((tx) => parts.sessions.open(tx, user));
    expect(next.not_before).toBe(second + 1);
  });

  it('never replaces an end by an earlier one', async () => {
    const { user } = await open();
    await parts.database.transaction((tx) => parts.sessions.endAll(tx, user));
    const notBefore = await parts.sessions.notBefore(user.userId);
    parts.clock.advance(-DAY_MS);
    await parts.database.transaction((tx) => parts.sessions.endAll(tx, user));
    parts.clock.advance(DAY_MS);
    expect(await parts.sessions.notBefore(user.userId)).toBe(notBefore);
  });

  it('ends a session whose user was erased', async () => {
    const { user, grant } = await open();
    await parts.database.transaction((tx) => parts.users.remove(tx, user));
    await expect(parts.sessions.rotate(grant.refresh_token)).rejects.toMatchObject(refused);
  });
});
