import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ADMIN, UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Registering', (databaseUrl) => {
  let users: UsersTestApp;
  let admin: string;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
    admin = (await users.logIn(ADMIN)).token;
  });
  afterAll(() => users?.close());

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
