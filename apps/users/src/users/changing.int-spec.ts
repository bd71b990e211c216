import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ADMIN, type Person, UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Changing a user', (databaseUrl) => {
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
  const tokenOf = async (userId: number, type: 'user.verification-requested' | 'user.password-reset-requested') =>
    (await users.events(userId, type)).map(({ payload }) => payload.token).at(-1) ?? '';

  it('changes the given fields with a new version, and nothing when nothing differs', async () => {
    const ada = await users.person({ username: 'will_go' });
    const at = `/users/${ada.user_id}`;
    const body = { full_name: 'Ada B', username: null, phone_number: '+441234567' };
    const changed = await users.call('PUT', at, { token: ada.token, body, headers: { 'if-match': '"1"' } });
    expect([changed.status, changed.headers['etag']]).toEqual([200, '"2"']);
    expect(changed.body).toMatchObject({ ...body, version: 2 });
    expect((await users.call('PUT', at, { token: ada.token, body })).body['version']).toBe(2);
    const stale = await users.call('PUT', at, { token: ada.token, body, headers: { 'if-match': '"1"' } });
    expect([stale.status, stale.body['code']]).toEqual([412, 'precondition-failed']);
  });

  it('refuses strangers and staff with 404, and a role from anyone but an administrator', async () => {
    const [ada, bob, staff] = [await users.person(), await users.person(), await promote('staff')];
    for (const { token } of [bob, staff]) {
      const answer = await users.call('PUT', `/users/${ada.user_id}`, { token, body: { full_name: 'Mine' } });
      expect(answer.status).toBe(404);
    }
    const answer = await users.call('PUT', `/users/${ada.user_id}`, { token: ada.token, body: { role: 'admin' } });
    expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
    const read = await users.call('GET', `/users/${ada.user_id}`, { token: ada.token });
    expect(read.body).toMatchObject({ role: 'customer', version: 1 });
  });

  describe('the e-mail address', () => {
    const move = (who: Person, email: string, more: object = { current_password: who.password }) =>
      users.call('PUT', '/users/me', { token: who.token, body: { email, ...more } });
    const verify = (token: string) => users.call('POST', '/auth/verify-email', { body: { token } });
    const verification = (who: Person) => tokenOf(who.user_id, 'user.verification-requested');
    let moves = 0;
    const fresh = () => `moved.to.${(moves += 1)}@example.com`;

    it('changes only with the current password, and not before the new one is verified', async () => {
      const ada = await users.person();
      const next = fresh();
      const missing = await move(ada, next, {});
      expect([missing.status, missing.body['errors']]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/current_password' })],
      ]);
      expect((await move(ada, next, { current_password: 'not the one' })).body['code']).toBe('wrong-password');
      const asked = await move(ada, next);
      expect(asked.body).toMatchObject({ email: ada.email, pending_email: next, version: 2 });
      await expect(users.logIn({ email: next, password: ada.password })).rejects.toThrow('401');
      await users.logIn(ada);
      await users.call('POST', '/auth/password-reset', { body: { email: next } });
      expect(await users.events(ada.user_id, 'user.password-reset-requested')).toEqual([]);

      const published = await users.events(ada.user_id);
      const [toNew, toOld] = published.slice(-2);
      expect(toNew).toMatchObject({ event_type: 'user.verification-requested', payload: { email: next } });
      expect(toOld).toMatchObject({ event_type: 'user.email-change-requested', payload: { email: ada.email } });

      expect((await verify(await verification(ada))).status).toBe(204);
      const read = await users.call('GET', '/users/me', { token: ada.token });
      expect(read.body).toMatchObject({ email: next, email_verified: true, pending_email: null, version: 3 });
      expect((await users.events(ada.user_id)).at(-1)).toMatchObject({
        event_type: 'user.email-verified',
        payload: { email: next, former_email: ada.email, former_email_verified: false },
      });
      await expect(users.logIn(ada)).rejects.toThrow('401');
      await users.logIn({ email: next, password: ada.password });
    });

    it('changes five times in an hour at most, so that nobody writes to many strangers', async () => {
      const ada = await users.person();
      const wanted = Array.from({ length: 8 }, fresh);
      const answers = await Promise.all(wanted.map((email) => move(ada, email)));
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
        Array(3).fill([429, 'too-many-requests']),
      );
      expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(3_000);
      expect(String(refused[0]?.body['detail'])).toContain('The address did not change');
      const sent = await users.events(ada.user_id, 'user.verification-requested');
      expect(sent.filter(({ payload }) => wanted.includes(payload.email))).toHaveLength(5);
      // Other fields can still be changed, and other accounts are not affected.
      const rest = await users.call('PUT', '/users/me', { token: ada.token, body: { full_name: 'Ada King' } });
      const bob = await users.person();
      expect([rest.status, (await move(bob, fresh())).status]).toEqual([200, 200]);
    });

    it('voids links sent to the former address once it is replaced', async () => {
      const ada = await users.person();
      const former = await verification(ada);
      await users.call('POST', '/auth/password-reset', { body: { email: ada.email } });
      const reset = await tokenOf(ada.user_id, 'user.password-reset-requested');
      await move(ada, fresh());
      await verify(await verification(ada));
      expect((await verify(former)).status).toBe(422);
      const confirm = { token: reset, password: 'somebody elses password' };
      expect((await users.call('POST', '/auth/password-reset/confirm', { body: confirm })).status).toBe(422);
    });

    it('needs no password to send the current or the pending address again', async () => {
      const ada = await users.person();
      const next = fresh();
      expect((await move(ada, ada.email.toUpperCase().replace('EXAMPLE.COM', 'example.com'), {})).status).toBe(200);
      await move(ada, next);
      const before = await users.events(ada.user_id);
      expect((await move(ada, next, {})).status).toBe(200);
      expect(await users.events(ada.user_id)).toEqual(before);
    });

    it.each<[string, (ada: Person) => Promise<unknown>]>([
      ['the current address', (ada) => move(ada, ada.email, {})],
      ['another new address', (ada) => move(ada, fresh())],
      [
        'a new password',
        (ada) =>
          users.call('PUT', '/users/me', {
            token: ada.token,
            body: { password: 'a new passphrase', current_password: ada.password },
          }),
      ],
      [
        'a reset',
        async (ada) => {
          await users.call('POST', '/auth/password-reset', { body: { email: ada.email } });
          const token = await tokenOf(ada.user_id, 'user.password-reset-requested');
          const body = { token, password: 'chosen by the owner' };
          await users.call('POST', '/auth/password-reset/confirm', { body });
        },
      ],
    ])('is dropped by %s, together with its link', async (_, withdraw) => {
      const ada = await users.person();
      await move(ada, fresh());
      const token = await verification(ada);
      await withdraw(ada);
      const { status, body } = await verify(token);
      expect([status, body['code']]).toEqual([422, 'token-invalid']);
    });

    it('must not belong to another account, at the request and at the verification', async () => {
      const [ada, bob] = [await users.person(), await users.person()];
      const taken = await move(ada, bob.email);
      expect([taken.status, taken.body['code']]).toEqual([409, 'email-taken']);
      const next = fresh();
      await move(ada, next);
      const token = await verification(ada);
      await users.person({ email: next });
      const late = await verify(token);
      expect([late.status, late.body['code']]).toEqual([409, 'email-taken']);
      const read = await users.call('GET', '/users/me', { token: ada.token });
      expect(read.body).toMatchObject({ email: ada.email, pending_email: null });
      expect((await verify(token)).status).toBe(422);
    });

    it('goes to one of two accounts that verify it at the same time', async () => {
      for (let round = 0; round < 5; round++) {
        const people = [await users.person(), await users.person()];
        const next = fresh();
        for (const each of people) await move(each, next);
        const tokens = await Promise.all(people.map(verification));
        const answers = await Promise.all(tokens.map(verify));
        expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
        const found = await users.call('GET', `/users?email=${next}`, { token: admin });
        expect(found.body['total']).toBe(1);
      }
    });

    it('is also pending after an administrator’s change, which needs no password', async () => {
      const ada = await users.person();
      const next = fresh();
      const body = { email: next };
      const changed = await users.call('PUT', `/users/${ada.user_id}`, { token: admin, body });
      expect(changed.body).toMatchObject({ email: ada.email, pending_email: next });
      expect((await verify(await verification(ada))).status).toBe(204);
    });

    it('sends a stranger three e-mails, however many changes name their address', async () => {
      const ada = await users.person();
      const victim = fresh();
      for (let n = 0; n < 20; n++) await move(ada, n % 2 === 0 ? victim : fresh());
      const links = (await users.events(ada.user_id, 'user.verification-requested')).filter(
        ({ payload }) => payload.email === victim,
      );
      expect(links).toHaveLength(3);
    });
  });

  it('changes a password only with the current one, and ends every session', async () => {
    const ada = await users.person();
    const at = `/users/${ada.user_id}`;
    const put = (body: object, token = ada.token) => users.call('PUT', at, { token, body });
    const missing = await put({ password: 'a new passphrase' });
    expect([missing.status, missing.body['errors']]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/current_password' })],
    ]);
    const wrong = await put({ password: 'a new passphrase', current_password: 'not the one' });
    expect([wrong.status, wrong.body['code']]).toEqual([422, 'wrong-password']);
    const changed = await put({ password: 'a new passphrase', current_password: ada.password });
    expect(changed.status).toBe(200);
    expect((await users.call('GET', at, { token: ada.token })).status).toBe(401);
    const refreshed = await users.call('POST', '/auth/refresh', { body: { refresh_token: ada.refresh_token } });
    expect(refreshed.status).toBe(401);
    await expect(users.logIn(ada)).rejects.toThrow('401');
    const { token } = await users.logIn({ email: ada.email, password: 'a new passphrase' });
    expect((await users.call('GET', at, { token })).status).toBe(200);
    const types = (await users.events(ada.user_id)).map(({ event_type }) => event_type);
    expect(types.slice(-2)).toEqual(['user.sessions-ended', 'user.password-changed']);
  });

  it('lets an administrator set a password without the current one', async () => {
    const ada = await users.person();
    const body = { password: 'set by the administrator' };
    expect((await users.call('PUT', `/users/${ada.user_id}`, { token: admin, body })).status).toBe(200);
    await users.logIn({ email: ada.email, ...body });
  });

  it('refuses the access tokens of a demoted person, whose sessions continue with the lower role', async () => {
    const staff = await promote('staff');
    await users.call('PUT', `/users/${staff.user_id}`, { token: admin, body: { role: 'customer' } });
    expect((await users.call('GET', '/users', { token: staff.token })).status).toBe(401);
    const { body } = await users.call('POST', '/auth/refresh', { body: { refresh_token: staff.refresh_token } });
    expect((await users.call('GET', '/users', { token: String(body['access_token']) })).status).toBe(403);
  });
});
