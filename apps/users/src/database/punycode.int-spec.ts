import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersParts } from '../../../../test/support/users-parts.js';
import { WriteDomainsAsPunycode20261129000013 } from './migrations/20261129000013-write-domains-as-punycode.js';

describeOnEachDatabase('addresses stored by earlier releases', (databaseUrl) => {
  let parts: UsersParts;
  beforeAll(async () => {
    parts = await UsersParts.open(databaseUrl());
  });
  afterAll(() => parts?.database.close());

  /** Stores a row as an earlier release wrote it. */
  const stored = async (email: string): Promise<number> => {
    const { userId } = await parts.somebody();
    const sql = 'UPDATE users SET email = ?, email_key = ? WHERE user_id = ?';
    await parts.database.execute(sql, [email, email.toLowerCase(), userId]);
    return userId;
  };
  const migrate = async () => {
    const runner = parts.database.dataSource.createQueryRunner();
    await new WriteDomainsAsPunycode20261129000013().up(runner).finally(() => runner.release());
  };
  const emailOf = async (userId: number) => (await parts.users.findById(userId))?.email;

  it('get a punycode domain if that address is free, and stay as they are otherwise', async () => {
    const ann = await stored('Ann@münchen.example');
    const [bob, sameMailbox] = [await stored('bob@xn--mnchen-3ya.example'), await stored('bob@münchen.example')];
    const others = ['josé@example.com', '"a b"@example.com', 'Plain.Old@example.com'];
    const kept = await Promise.all(others.map(stored));
    await migrate();
    await migrate();
    expect(await emailOf(ann)).toBe('Ann@xn--mnchen-3ya.example');
    expect((await parts.users.findByEmail('ann@MÜNCHEN.example'))?.userId).toBe(ann);
    expect([await emailOf(bob), await emailOf(sameMailbox)]).toEqual([
      'bob@xn--mnchen-3ya.example',
      'bob@münchen.example',
    ]);
    expect(await Promise.all(kept.map(emailOf))).toEqual(others);
  });
});
