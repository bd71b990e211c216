import type { UserEvents } from '../accounts/user-events.js';
import type { AccountTokens } from '../tokens/account-tokens.service.js';
import { tooManyAttempts } from '../credentials/credentials.errors.js';
import { Credentials } from './credentials.service.js';
import type { FailedAttempts } from '../credentials/failed-attempts.service.js';
import type { KnownClients } from '../credentials/known-clients.js';
import type { Passwords } from '../credentials/passwords.js';
import type { Sessions } from '../sessions/sessions.service.js';

const attempt = { account: 'ada@example.com', address: '10.0.0.1', known: false };

describe('Credentials.check', () => {
  let failures: number;
  const calls: string[] = [];
  const passwords = { verify: (password: string, hash?: string) => Promise.resolve(password === hash) };
  const attempts = {
    assertBelowLimit: () => (failures >= 5 ? Promise.reject(tooManyAttempts(900)) : Promise.resolve()),
    record: () => Promise.resolve(void calls.push('record')),
    forgive: () => Promise.resolve(void calls.push('forgive')),
  };
  const credentials = new Credentials(
    passwords as unknown as Passwords,
    attempts as unknown as FailedAttempts,
    {} as KnownClients,
    {} as Sessions,
    {} as AccountTokens,
    {} as UserEvents,
  );
  beforeEach(() => {
    failures = 0;
    calls.length = 0;
  });

  it('forgives earlier failures after a success', async () => {
    await expect(credentials.check(attempt, 'right', 'right')).resolves.toBe(true);
    expect(calls).toEqual(['forgive']);
  });

  it('counts a failure, also for an account that does not exist', async () => {
    await expect(credentials.check(attempt, 'wrong', 'right')).resolves.toBe(false);
    await expect(credentials.check(attempt, 'wrong', undefined)).resolves.toBe(false);
    expect(calls).toEqual(['record', 'record']);
  });

  it('does not compare at all beyond the limit', async () => {
    failures = 5;
    const verify = jest.spyOn(passwords, 'verify');
    await expect(credentials.check(attempt, 'right', 'right')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
  });

  it('refuses the right guess of a burst whose wrong ones reached the limit meanwhile', async () => {
    const verify = jest.spyOn(passwords, 'verify').mockImplementation(() => {
      failures = 5;
      return Promise.resolve(true);
    });
    await expect(credentials.check(attempt, 'right', 'right')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(calls).toEqual([]);
    verify.mockRestore();
  });
});
