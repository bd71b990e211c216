import { argon2Sync } from 'node:crypto';
import { Commands, commandClient } from '@app/messaging';
import { eventually } from '../../../test/support/eventually.js';
import { FauxqsProcess } from '../../../test/support/fauxqs-process.js';
import { QueueProbe } from '../../../test/support/queue-probe.js';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { ADMIN, type Person, UsersTestApp } from '../../../test/support/users-app.js';

describeOnEachDatabase('The users service', (databaseUrl) => {
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

  describe('registering', () => {
    it('returns the account with Location and ETag, without a secret, and publishes the events', async () => {
      const body = {
        email: '  Grace.Hopper@EXAMPLE.com ',
        password: ' a long passphrase ',
        full_name: ' Grace Hopper ',
        username: 'grace',
        phone_number: '+12025550123',
        address: '1 Navy Yard\r\n{{evil}} <b>',
      };
      const { status, headers, body: user, text } = await users.call('POST', '/users', { body });
      expect(status).toBe(201);
      expect(headers['location']).toBe(`/users/${String(user['user_id'])}`);
      expect(headers['etag']).toBe('"1"');
      expect(user).toMatchObject({
        email: 'Grace.Hopper@example.com',
        full_name: 'Grace Hopper',
        username: 'grace',
        phone_number: '+12025550123',
        address: body.address,
        role: 'customer',
        email_verified: false,
        version: 1,
      });
      expect(text).not.toMatch(/passphrase|argon2|password/);
      const events = await users.events(Number(user['user_id']));
      expect(events.map(({ event_type }) => event_type)).toEqual(['user.registered', 'user.verification-requested']);
      expect(events[0]?.request_id).toBe(headers['x-request-id']);
      await users.logIn({ email: 'GRACE.hopper@example.COM', password: body.password });
      await expect(users.logIn({ email: body.email, password: body.password.trim() })).rejects.toThrow('401');
    });

    it('refuses a taken e-mail in any spelling, and a taken username', async () => {
      const { email } = await users.person({ username: 'taken_name' });
      const other = { password: 'twelve characters', full_name: 'X' };
      const again = await users.call('POST', '/users', { body: { ...other, email: email.toUpperCase() } });
      expect([again.status, again.body['code']]).toEqual([409, 'email-taken']);
      const name = await users.call('POST', '/users', {
        body: { ...other, email: 'fresh@example.com', username: 'taken_name' },
      });
      expect([name.status, name.body['code']]).toEqual([409, 'username-taken']);
    });

    it('allows one account per mailbox: a domain as text and as punycode is the same', async () => {
      const ann = await users.person({ email: 'x@MÜNCHEN.example' });
      const read = await users.call('GET', '/users/me', { token: ann.token });
      expect(read.body['email']).toBe('x@xn--mnchen-3ya.example');
      const [requested] = await users.events(ann.user_id, 'user.verification-requested');
      expect(requested?.payload.email).toBe('x@xn--mnchen-3ya.example');
      for (const email of ['x@xn--mnchen-3ya.example', 'X@münchen.example', 'x@mu\u0308nchen.example']) {
        const again = { email, password: 'twelve characters', full_name: 'X' };
        expect((await users.call('POST', '/users', { body: again })).status).toBe(409);
        await users.logIn({ email, password: ann.password });
        await users.call('POST', '/auth/password-reset', { body: { email } });
        const found = await users.call('GET', `/users?email=${encodeURIComponent(email)}`, { token: admin });
        expect(found.body['total']).toBe(1);
      }
      expect(await users.events(ann.user_id, 'user.password-reset-requested')).toHaveLength(3);
    });

    it.each([
      ['control characters', 'a long \u0007\u001b pass\u0085phrase'],
      ['characters that nobody sees', '\u200b'.repeat(12)],
      ['spaces around it', '  a long pass phrase  '],
      ['128 characters of four bytes', '𝒜'.repeat(128)],
    ])('accepts a password with %s in every field', async (_, password) => {
      const ann = await users.person({ password });
      const change = {
        full_name: 'Ann',
        password: `${[...password].slice(3).join('')}!!!`,
        current_password: password,
      };
      const { status, text } = await users.call('PUT', '/users/me', { token: ann.token, body: change });
      expect([status, text]).toEqual([200, text]);
      await users.logIn({ email: ann.email, password: change.password });
    });

    it.each([
      ['a short password', { password: 'eleven char' }, '/password'],
      ['a role', { role: 'admin' }, '/role'],
      ['a verified mark', { email_verified: true }, '/email_verified'],
      ['an upper-case username', { username: 'Ada' }, '/username'],
      ['a national phone number', { phone_number: '0202555' }, '/phone_number'],
      ['a domain without a dot', { email: 'ada@localhost' }, '/email'],
      ['an accent before the @', { email: 'josé@example.com' }, '/email'],
      ['a quoted local part', { email: '"a b"@example.com' }, '/email'],
      ['a zero-width space', { email: 'ada\u200b@example.com' }, '/email'],
      ['a blank name', { full_name: '   ' }, '/full_name'],
    ])('refuses %s and names the field', async (_, wrong, pointer) => {
      const body = { email: 'ok@example.com', password: 'a long passphrase', full_name: 'Ok', ...wrong };
      const answer = await users.call('POST', '/users', { body });
      expect([answer.status, answer.body['code']]).toEqual([422, 'validation-failed']);
      expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer })]);
    });

    it('replays the first response for an Idempotency-Key', async () => {
      const body = { email: 'once@example.com', password: 'a long passphrase', full_name: 'Once' };
      const headers = { 'idempotency-key': 'register-once' };
      const first = await users.call('POST', '/users', { body, headers });
      const second = await users.call('POST', '/users', { body, headers });
      expect([second.status, second.headers['idempotency-replayed']]).toEqual([201, 'true']);
      expect(second.text).toBe(first.text);
      expect(second.headers['location']).toBe(first.headers['location']);
    });
  });

  describe('reading and listing', () => {
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

  describe('changing', () => {
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

  describe('erasing', () => {
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

  describe('sessions', () => {
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

  describe('account e-mails', () => {
    it('verifies an address once', async () => {
      const ada = await users.person();
      const token = await tokenOf(ada.user_id, 'user.verification-requested');
      const verify = (value: string) => users.call('POST', '/auth/verify-email', { body: { token: value } });
      const reset = { token, password: 'not what it is for' };
      expect((await users.call('POST', '/auth/password-reset/confirm', { body: reset })).status).toBe(422);
      const answers = await Promise.all([verify(token), verify(token), verify(token)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 422, 422]);
      expect((await verify(token)).body['code']).toBe('token-invalid');
      const read = await users.call('GET', `/users/${ada.user_id}`, { token: ada.token });
      expect(read.body).toMatchObject({ email_verified: true, version: 2 });
    });

    it('resets a password once, which ends every session', async () => {
      const ada = await users.person();
      expect((await users.call('POST', '/auth/password-reset', { body: { email: ada.email } })).status).toBe(202);
      const body = {
        token: await tokenOf(ada.user_id, 'user.password-reset-requested'),
        password: 'chosen anew, and long',
      };
      expect((await users.call('POST', '/auth/password-reset/confirm', { body })).status).toBe(204);
      expect((await users.call('POST', '/auth/password-reset/confirm', { body })).status).toBe(422);
      expect((await users.call('GET', `/users/${ada.user_id}`, { token: ada.token })).status).toBe(401);
      await users.logIn({ email: ada.email, password: body.password });
      const types = (await users.events(ada.user_id)).map(({ event_type }) => event_type);
      expect(types.slice(-2)).toEqual(['user.sessions-ended', 'user.password-changed']);
    });

    it('gives an unknown address the same response, and sends nobody more than three links', async () => {
      const unknown = await users.call('POST', '/auth/password-reset', { body: { email: 'nobody@example.com' } });
      expect([unknown.status, unknown.text]).toEqual([202, '']);
      const ada = await users.person();
      for (let i = 0; i < 5; i++) {
        const answer = await users.call('POST', '/auth/password-reset', { body: { email: ada.email } });
        expect([answer.status, answer.text]).toEqual([202, '']);
      }
      expect((await users.events(ada.user_id, 'user.password-reset-requested')).length).toBe(3);
    });

    it('sends another verification link, three times an hour, and gives everybody the same response', async () => {
      const ada = await users.person();
      const resend = (email: string) => users.call('POST', '/auth/verify-email/resend', { body: { email } });
      const links = () => users.events(ada.user_id, 'user.verification-requested');
      for (const email of [ada.email, ada.email.toUpperCase(), ada.email, 'nobody@example.com']) {
        const answer = await resend(email);
        expect([answer.status, answer.text]).toEqual([202, '']);
      }
      // Registering sent the first one.
      expect(await links()).toHaveLength(3);
      const token = await tokenOf(ada.user_id, 'user.verification-requested');
      expect((await users.call('POST', '/auth/verify-email', { body: { token } })).status).toBe(204);
      const [verified] = await users.events(ada.user_id, 'user.email-verified');
      expect(verified?.payload).toMatchObject({ email: ada.email, email_verified: true, former_email: null });
      expect((await resend(ada.email)).status).toBe(202);
      expect(await links()).toHaveLength(3);
    });

    it('sends another link to a pending address, and none to the current, verified one', async () => {
      const ada = await users.person();
      const pending = `pending.${ada.user_id}@example.com`;
      const body = { email: pending, current_password: ada.password };
      await users.call('PUT', '/users/me', { token: ada.token, body });
      await users.call('POST', '/auth/verify-email/resend', { body: { email: pending } });
      const to = (await users.events(ada.user_id, 'user.verification-requested')).map(({ payload }) => payload.email);
      expect(to).toEqual([ada.email, pending, pending]);
    });

    it('serves a page that posts the token', async () => {
      const page = await users.call('GET', '/account');
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none';script-src 'sha256-/);
      expect(page.headers['referrer-policy']).toBe('no-referrer');
    });
  });

  it('replaces a hash with old parameters at the next login, without a new version', async () => {
    const ada = await users.person();
    const set = (hash: string) =>
      users.database.execute('UPDATE users SET password_hash = ? WHERE user_id = ?', [hash, ada.user_id]);
    const cost = { nonce: Buffer.from('somesalt'), memory: 64, passes: 1, parallelism: 1, tagLength: 32 };
    const weak = argon2Sync('argon2id', { message: ada.password, ...cost })
      .toString('base64')
      .replace('=', '');
    await set(`$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$${weak}`);
    const { token } = await users.logIn(ada);
    const sql = 'SELECT password_hash FROM users WHERE user_id = ?';
    const [row] = await users.database.query<{ password_hash: string }>(sql, [ada.user_id]);
    expect(row?.password_hash).toContain('$m=19456,t=2,p=1$');
    expect((await users.call('GET', `/users/${ada.user_id}`, { token })).body['version']).toBe(1);
    await users.logIn(ada);
  });

  describe('login limits', () => {
    const attempt = (email: string, password: string, from = '10.0.0.1', headers = {}) =>
      users.call('POST', '/auth/login', { body: { email, password }, from, headers });

    it('returns 429 for the sixth failure, for known and unknown accounts alike', async () => {
      const ada = await users.person();
      const bodies = [];
      for (const email of [ada.email, 'nobody.here@example.com']) {
        for (let i = 0; i < 5; i++) {
          const answer = await attempt(email, 'wrong', '10.0.0.1', { 'x-forwarded-for': `1.2.3.${i}` });
          expect(answer.status).toBe(401);
          bodies.push({ ...answer.body, request_id: '' });
        }
        const sixth = await attempt(email, 'wrong', '10.0.0.1', { 'x-forwarded-for': '9.9.9.9' });
        expect([sixth.status, sixth.body['code']]).toEqual([429, 'too-many-attempts']);
        expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(800);
      }
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
      expect((await attempt(ada.email, ada.password)).status).toBe(429);
      expect((await attempt(ada.email, ada.password, '10.0.0.2')).status).toBe(200);
    });

    it('clears all failures of an account at a password reset, from every address', async () => {
      const ada = await users.person();
      for (let n = 0; n < 50; n++) await attempt(ada.email, 'wrong', `10.1.${n % 10}.1`);
      expect((await attempt(ada.email, ada.password, '10.2.0.1')).status).toBe(429);
      await users.call('POST', '/auth/password-reset', { body: { email: ada.email } });
      const token = await tokenOf(ada.user_id, 'user.password-reset-requested');
      const password = 'chosen anew, and long';
      const body = { token, password };
      const reset = await users.call('POST', '/auth/password-reset/confirm', { body, from: '10.2.0.1' });
      expect(reset.status).toBe(204);
      // A new address, which the account's failures would still refuse.
      expect((await attempt(ada.email, password, '10.2.0.3')).status).toBe(200);
      // Strangers continue at once; the client that followed the link is known.
      for (let n = 0; n < 50; n++) await attempt(ada.email, 'wrong', `10.1.${n % 10}.1`);
      expect((await attempt(ada.email, password, '10.2.0.1')).status).toBe(200);
      expect((await attempt(ada.email, password, '10.2.0.2')).status).toBe(429);
    });

    it('lets a user in from a known network, even if strangers have used up the limit of the account', async () => {
      const ada = await users.person();
      expect((await attempt(ada.email, ada.password, '10.3.0.1')).status).toBe(200);
      for (let n = 0; n < 50; n++) await attempt(ada.email, 'wrong', `10.4.${n % 10}.1`);
      expect((await attempt(ada.email, ada.password, '10.3.0.2')).status).toBe(429);
      expect((await attempt(ada.email, ada.password, '10.3.0.1')).status).toBe(200);
      for (let n = 0; n < 5; n++) expect((await attempt(ada.email, 'wrong', '10.3.0.1')).status).toBe(401);
      expect((await attempt(ada.email, ada.password, '10.3.0.1')).status).toBe(429);
    });

    it('serves known clients while strangers guess made-up accounts', async () => {
      const people = [await users.person(), await users.person()];
      const strangers = ['10.5.0.1', '10.5.0.2', '10.5.0.3'].flatMap((address) =>
        Array.from({ length: 50 }, (_, n) => attempt(`made-up-${n}@example.com`, 'wrong', address)),
      );
      let answered = 0;
      for (const each of strangers) void each.then(() => (answered += 1));
      const refusedAtOnce = await Promise.all(strangers.slice(-10)).then((last) => last.map(({ status }) => status));
      const served = await Promise.all(people.map(({ email, password }) => attempt(email, password, '127.0.0.1')));
      expect(served.map(({ status }) => status)).toEqual([200, 200]);
      // They did not wait for the strangers ahead of them.
      expect(answered).toBeLessThan(strangers.length - 20);
      const newcomer = await attempt('made-up@example.com', 'wrong', '10.6.0.1');
      expect(newcomer.status).toBe(401);
      const statuses = [...refusedAtOnce, ...(await Promise.all(strangers)).map(({ status }) => status)];
      expect(new Set(statuses)).toEqual(new Set([401, 429]));
    }, 60_000);

    it('serves known clients, also while strangers from many networks fill the queue', async () => {
      const ada = await users.person();
      const strangers = Array.from({ length: 200 }, (_, n) =>
        attempt(`made-up-${n}@example.net`, 'wrong', `10.7.${n}.1`).then(({ status }) => status),
      );
      let compared = 0;
      for (const each of strangers) void each.then((status) => (compared += Number(status === 401)));
      await Promise.any(strangers.map(async (status) => expect(await status).toBe(429)));
      const before = compared;
      expect((await attempt(ada.email, ada.password, '127.0.0.1')).status).toBe(200);
      // Sixty of them waited, one per network.
      expect(compared - before).toBeLessThan(40);
      await Promise.all(strangers);
    });

    it('clears the failures of an account and address after a success', async () => {
      const ada = await users.person();
      for (let i = 0; i < 4; i++) await attempt(ada.email, 'wrong');
      expect((await attempt(ada.email, ada.password)).status).toBe(200);
      for (let i = 0; i < 4; i++) expect((await attempt(ada.email, 'wrong')).status).toBe(401);
    });

    it('does not let a burst of guesses past the limit', async () => {
      const ada = await users.person();
      const answers = await Promise.all(Array.from({ length: 30 }, () => attempt(ada.email, 'wrong', '10.0.0.3')));
      expect(answers.filter(({ status }) => status === 401).length).toBe(5);
      expect(answers.filter(({ status }) => status === 429).length).toBe(25);
    });
  });

  describe('commands', () => {
    let commands: Commands;
    beforeAll(() => {
      commands = new Commands(commandClient(users.commands, { region: 'eu-west-1' }));
    });
    afterAll(() => commands?.close());

    it('identifies a user and refuses an unknown one', async () => {
      const ada = await users.person();
      await expect(commands.ask('users.get', { user_id: ada.user_id })).resolves.toEqual({
        user_id: ada.user_id,
        email: ada.email,
        full_name: expect.any(String) as string,
        role: 'customer',
        email_verified: false,
      });
      await expect(commands.ask('users.get', { user_id: 2_000_000 })).rejects.toMatchObject({ code: 'unknown-user' });
      await expect(commands.ask('users.get', { user_id: 'x' })).rejects.toMatchObject({ code: 'validation-failed' });
    });

    it('returns the published keys, without their private part', async () => {
      const { body } = await users.call('GET', '/.well-known/jwks.json');
      await expect(commands.ask('users.keys', {})).resolves.toEqual(body);
      expect(body).toEqual({
        keys: [
          {
            kty: 'EC',
            crv: 'P-256',
            kid: 'k1',
            alg: 'ES256',
            use: 'sig',
            x: expect.any(String) as string,
            y: expect.any(String) as string,
          },
        ],
      });
    });
  });

  it('writes no password, token or e-mail address to its log', () => {
    expect(users.lines.length).toBeGreaterThan(50);
    expect(users.lines.join('')).not.toMatch(
      /passphrase|@example|the password of|verify-email\.|password-reset\.|eyJ/i,
    );
  });
});

describeOnEachDatabase('The users service and its topic', (databaseUrl) => {
  let broker: FauxqsProcess;
  let queue: QueueProbe;
  let users: UsersTestApp;

  beforeAll(async () => {
    broker = await FauxqsProcess.start();
    queue = await QueueProbe.create('test', 'notifier', broker.aws);
    const environment = { AWS_ENDPOINT_URL: broker.aws.endpoint, TOPIC_ARN: queue.topology.topicArn };
    users = await UsersTestApp.start(databaseUrl(), environment);
  }, 60_000);

  afterAll(async () => {
    await users.close();
    queue.close();
    await broker.stop();
  });

  it('publishes a link for the notifier, and keeps no token once it is sent', async () => {
    const { user_id } = await users.person();
    await eventually(async () => expect(await queue.depth()).toMatchObject({ visible: 1 }));
    await eventually(async () => {
      const [event] = await users.events(user_id, 'user.verification-requested');
      expect(event?.payload.token).toBe('[redacted]');
    });
  });

  it('leaves nothing about an erased person in any table', async () => {
    const body = {
      email: 'canary-mailbox@example.com',
      password: 'a canary among passwords',
      full_name: 'Canary Canariensis',
      username: 'canary.name',
      phone_number: '+4915112345678',
      address: '1 Canary Wharf',
    };
    const created = await users.call('POST', '/users', { body, headers: { 'idempotency-key': 'canary-key' } });
    const { token } = await users.logIn(body);
    const before = JSON.stringify(await users.everyRow());
    for (const value of ['canary-mailbox', 'Canariensis']) expect(before).toContain(value);

    const url = `/users/${String(created.body['user_id'])}`;
    expect((await users.call('DELETE', url, { token })).status).toBe(204);
    await eventually(async () => {
      const rows = JSON.stringify(await users.everyRow());
      expect(rows).not.toMatch(/canar|4915112345678/i);
    });
  });
});
