import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('E-mails about an account', (databaseUrl) => {
  let users: UsersTestApp;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
  });
  afterAll(() => users?.close());

  const tokenOf = async (userId: number, type: 'user.verification-requested' | 'user.password-reset-requested') =>
    (await users.events(userId, type)).map(({ payload }) => payload.token).at(-1) ?? '';

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
