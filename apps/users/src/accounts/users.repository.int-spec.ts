import type { Caller } from '@app/kernel';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { UsersParts } from '../../../../test/support/users-parts.js';

describeOnEachDatabase('UsersRepository', (databaseUrl) => {
  let parts: UsersParts;

  beforeAll(async () => {
    parts = await UsersParts.open(databaseUrl());
  });
  afterAll(() => parts?.database.close());

  it('finds a user only for callers who may see or change them', async () => {
    const [ada, bob] = [await parts.somebody(), await parts.somebody()];
    const as = (user_id: number, role: Caller['role']): Caller => ({ user_id, role });
    const sees = async (caller: Caller) => (await parts.users.findVisible(caller, ada.userId)) !== null;
    const changes = async (caller: Caller) => {
      const locked = await parts.database.transaction((tx) => parts.users.lockChangeable(tx, caller, ada.userId));
      expect((await parts.users.findChangeable(caller, ada.userId)) !== null).toBe(locked !== null);
      return locked !== null;
    };
    expect([await sees(as(ada.userId, 'customer')), await changes(as(ada.userId, 'customer'))]).toEqual([true, true]);
    expect([await sees(as(bob.userId, 'customer')), await changes(as(bob.userId, 'customer'))]).toEqual([false, false]);
    expect([await sees(as(bob.userId, 'staff')), await changes(as(bob.userId, 'staff'))]).toEqual([true, false]);
    expect([await sees(as(bob.userId, 'admin')), await changes(as(bob.userId, 'admin'))]).toEqual([true, true]);
  });

  it('reads back what was written, times to the millisecond', async () => {
    const ada = await parts.somebody({ username: 'ada', address: 'Zürich 🏔️ שלום', phoneNumber: '+41446681800' });
    await expect(parts.users.findById(ada.userId)).resolves.toEqual(ada);
    await expect(parts.users.findByEmail(ada.email.toUpperCase())).resolves.toEqual(ada);
    expect(ada.createdAt).toEqual(parts.clock.now());
  });

  it('writes a change with the next version and time', async () => {
    const ada = await parts.somebody();
    parts.clock.advance(1_500);
    const change = { email: 'New.Address@example.com', emailVerified: true };
    const changed = await parts.database.transaction((tx) => parts.users.change(tx, ada, change));
    expect(changed).toMatchObject({ version: 2, updatedAt: parts.clock.now(), emailKey: 'new.address@example.com' });
    await expect(parts.users.findById(ada.userId)).resolves.toEqual(changed);
  });

  it('names the field that is taken, whatever the values look like', async () => {
    await parts.somebody({ email: 'username@example.com', username: 'email_key' });
    await expect(parts.somebody({ username: 'email_key' })).rejects.toMatchObject({ code: 'username-taken' });
    await expect(parts.somebody({ email: 'Username@example.com' })).rejects.toMatchObject({ code: 'email-taken' });
    await expect(Promise.all([parts.somebody(), parts.somebody()])).resolves.toHaveLength(2);
  });

  it('lets one of several simultaneous registrations of an address succeed', async () => {
    const attempts = Array.from({ length: 8 }, () => parts.somebody({ email: 'race@example.com' }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'email-taken' });
    }
  });

  it('pages through a list by cursor without skipping or repeating a user', async () => {
    for (let i = 0; i < 7; i++) {
      if (i % 3 === 0) parts.clock.advance(1_000);
      await parts.somebody({ fullName: 'Walker' });
    }
    for (const field of ['created_at', 'full_name', 'email']) {
      for (const descending of [false, true]) {
        const request = { page_size: 2, with_total: true, sort: { field, descending } };
        const seen: number[] = [];
        let cursor: (string | number)[] | undefined;
        do {
          const page = await parts.users.list({ q: 'walker' }, { ...request, cursor });
          expect(page.total).toBe(7);
          seen.push(...page.items.map(({ userId }) => userId));
          cursor = page.next ?? undefined;
        } while (cursor);
        expect(new Set(seen).size).toBe(7);
        expect(seen.length).toBe(7);
      }
    }
  });
});
