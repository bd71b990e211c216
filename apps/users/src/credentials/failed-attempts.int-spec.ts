import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersParts } from '../../../../test/support/users-parts.js';
import type { Attempt } from './failed-attempts.service.js';

const MINUTE_MS = 60_000;
const tooMany = { code: 'too-many-attempts' };

describeOnEachDatabase('FailedAttemptsService', (databaseUrl) => {
  let parts: UsersParts;

  beforeAll(async () => {
    parts = await UsersParts.open(databaseUrl());
  });
  afterAll(() => parts?.database.close());

  const fail = async (times: number, attempt: Attempt) => {
    for (let i = 0; i < times; i++) await parts.attempts.record(attempt);
  };

  it('allows five failures per account and address in 15 minutes, then returns how long to wait', async () => {
    const attempt = { account: 'a@example.com', address: '10.0.0.1', known: false };
    await fail(4, attempt);
    parts.clock.advance(14 * MINUTE_MS);
    await fail(1, attempt);
    await expect(parts.attempts.assertBelowLimit(attempt)).rejects.toMatchObject({ ...tooMany, retryAfter: 60 });
    await expect(parts.attempts.assertBelowLimit({ ...attempt, address: '10.0.0.2' })).resolves.toBeUndefined();
    parts.clock.advance(MINUTE_MS);
    await expect(parts.attempts.assertBelowLimit(attempt)).resolves.toBeUndefined();
    await fail(4, attempt);
    await expect(parts.attempts.assertBelowLimit(attempt)).resolves.toBeUndefined();
  });

  it('counts the addresses of one IPv6 subscriber as one', async () => {
    const account = 'v6@example.com';
    for (let i = 1; i <= 5; i++) await parts.attempts.record({ account, address: `2001:db8:0:1::${i}`, known: false });
    const same = { account, address: '2001:db8:0:1:ffff::9', known: false };
    await expect(parts.attempts.assertBelowLimit(same)).rejects.toMatchObject(tooMany);
    const other = { account, address: '2001:db8:0:2::1', known: false };
    await expect(parts.attempts.assertBelowLimit(other)).resolves.toBeUndefined();
  });

  it('allows an account 50 failures an hour, wherever they come from', async () => {
    const account = 'b@example.com';
    for (let i = 0; i < 50; i++) await parts.attempts.record({ account, address: `10.0.1.${i}`, known: false });
    const elsewhere = { account, address: '10.9.9.9', known: false };
    await expect(parts.attempts.assertBelowLimit(elsewhere)).rejects.toMatchObject(tooMany);
    await parts.attempts.forgive(elsewhere);
    await expect(parts.attempts.assertBelowLimit(elsewhere)).rejects.toMatchObject(tooMany);
    parts.clock.advance(60 * MINUTE_MS);
    await expect(parts.attempts.assertBelowLimit(elsewhere)).resolves.toBeUndefined();
  });

  it('exempts a client that has logged in before from the limit of the account, but not from its own', async () => {
    const account = 'known@example.com';
    for (let i = 0; i < 50; i++) await parts.attempts.record({ account, address: `10.0.2.${i}`, known: false });
    const owner = { account, address: '10.9.9.9', known: true };
    await expect(parts.attempts.assertBelowLimit({ ...owner, known: false })).rejects.toMatchObject(tooMany);
    await expect(parts.attempts.assertBelowLimit(owner)).resolves.toBeUndefined();
    await fail(5, owner);
    await expect(parts.attempts.assertBelowLimit(owner)).rejects.toMatchObject(tooMany);
  });

  it('clears all failures of one account only', async () => {
    const [mine, other] = ['mine@example.com', 'other@example.com'].map((account) => ({
      account,
      address: '10.0.0.1',
      known: false,
    })) as [Attempt, Attempt];
    await fail(5, mine);
    for (let i = 0; i < 45; i++) await parts.attempts.record({ ...mine, address: `10.0.3.${i}` });
    await fail(5, other);
    await parts.database.transaction((tx) => parts.attempts.forgiveAll(tx, mine.account));
    for (const address of ['10.0.0.1', '10.0.3.1']) {
      await expect(parts.attempts.assertBelowLimit({ ...mine, address })).resolves.toBeUndefined();
    }
    await expect(parts.attempts.assertBelowLimit(other)).rejects.toMatchObject(tooMany);
  });

  it('clears one pair, and loses no concurrent failure', async () => {
    const attempt = { account: 'c@example.com', address: '10.0.0.1', known: false };
    await fail(4, attempt);
    await parts.attempts.forgive(attempt);
    await fail(4, attempt);
    await parts.attempts.forgive(attempt);
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => parts.attempts.record(attempt)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(5);
    const counts = await parts.database.query<{ failures: number }>('SELECT failures FROM failed_attempts');
    expect(counts.map(({ failures }) => Number(failures))).toEqual(expect.arrayContaining([12, 20]));
  });

  it('stores neither accounts nor addresses', async () => {
    await fail(1, { account: 'd@example.com', address: '10.0.0.77', known: false });
    const rows = JSON.stringify(await parts.database.query('SELECT * FROM failed_attempts'));
    expect(rows).not.toMatch(/example|10\.0\.0\.77/);
  });
});
