import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersParts } from '../../../../test/support/users-parts.js';
import type { User } from '../accounts/user.entity.js';
import type { TokenPurpose } from './account-token.entity.js';

const HOUR_MS = 3_600_000;
const invalid = { code: 'token-invalid' };

describeOnEachDatabase('AccountTokensService', (databaseUrl) => {
  let parts: UsersParts;

  beforeAll(async () => {
    parts = await UsersParts.open(databaseUrl());
  });
  afterAll(() => parts?.database.close());

  /** Returns the token published in the event. */
  const issue = async (user: User, purpose: TokenPurpose): Promise<string> => {
    await parts.database.transaction((tx) => parts.tokens.issue(tx, user, purpose));
    return (parts.published.at(-1)?.payload as { token: string }).token;
  };
  const redeem = (user: User, token: string, purpose: TokenPurpose) =>
    parts.database.transaction((tx) => parts.tokens.redeem(tx, user, token, purpose));

  it.each([
    ['verify-email', 48],
    ['password-reset', 1],
  ] as const)('a %s token is valid for %d hours', async (purpose, hours) => {
    const user = await parts.somebody();
    const token = await issue(user, purpose);
    const expiry = new Date(parts.clock.now().getTime() + hours * HOUR_MS).toISOString();
    expect(parts.published.at(-1)?.payload).toMatchObject({ expires_at: expiry, email: user.email });
    parts.clock.advance(hours * HOUR_MS - 1);
    await expect(parts.tokens.find(token, [purpose])).resolves.toMatchObject({ userId: user.userId, purpose });
    parts.clock.advance(1);
    await expect(parts.tokens.find(token, [purpose])).rejects.toMatchObject(invalid);
    await expect(redeem(user, token, purpose)).rejects.toMatchObject(invalid);
  });

  it('is valid for one purpose, once, and voids the other tokens for that purpose', async () => {
    const user = await parts.somebody();
    const [first, second] = [await issue(user, 'password-reset'), await issue(user, 'password-reset')];
    await expect(redeem(user, first, 'verify-email')).rejects.toMatchObject(invalid);
    await redeem(user, first, 'password-reset');
    await expect(redeem(user, first, 'password-reset')).rejects.toMatchObject(invalid);
    await expect(redeem(user, second, 'password-reset')).rejects.toMatchObject(invalid);
  });

  it('is sent to one address three times an hour, whoever asks, and ten times a day until the address is verified', async () => {
    const [ann, bob] = [await parts.somebody(), await parts.somebody()];
    const pending = async (user: User) => {
      const pendingEmail = 'Victim@example.com';
      return parts.database.transaction((tx) => parts.users.change(tx, user, { pendingEmail }));
    };
    const links = () =>
      parts.published.filter(({ payload }) => 'email' in payload && payload.email === 'Victim@example.com').length;
    const ask = async (user: User, purpose: TokenPurpose) =>
      parts.database.transaction((tx) => parts.tokens.issue(tx, user, purpose));
    await Promise.all([pending(ann), pending(bob)]);
    await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n % 2 ? ann : bob, 'change-email')));
    expect(links()).toBe(3);
    for (const hours of [1, 2, 3, 4]) {
      parts.clock.advance(HOUR_MS);
      for (let n = 0; n < 5; n++) await ask(ann, 'change-email');
      expect(links()).toBe(Math.min(10, 3 + hours * 3));
    }
    const verified = await parts.somebody({ email: 'verified@example.com', emailVerified: true });
    const before = parts.published.length;
    for (let hour = 0; hour < 5; hour++) {
      for (let n = 0; n < 5; n++) await ask(verified, 'password-reset');
      parts.clock.advance(HOUR_MS);
    }
    expect(parts.published.length - before).toBe(15);
  });

  it('is stored as a hash only', async () => {
    const token = await issue(await parts.somebody(), 'verify-email');
    const rows = JSON.stringify(await parts.database.query('SELECT * FROM account_tokens'));
    expect(rows).not.toContain(token.split('.')[1]);
  });
});
