import { argon2Sync } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersTestApp } from '../../../../test/support/users-app.js';

describeOnEachDatabase('Logins', (databaseUrl) => {
  let users: UsersTestApp;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
  });
  afterAll(() => users?.close());

  const tokenOf = async (userId: number, type: 'user.verification-requested' | 'user.password-reset-requested') =>
    (await users.events(userId, type)).map(({ payload }) => payload.token).at(-1) ?? '';

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
