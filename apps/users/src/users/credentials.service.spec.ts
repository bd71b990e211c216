import type { UserEvents } from '../accounts/user-events.js';
import type { AccountTokensService } from '../tokens/account-tokens.service.js';
import { tooManyAttempts } from '../credentials/credentials.errors.js';
import { CredentialsService } from './credentials.service.js';
import type { FailedAttemptsService } from '../credentials/failed-attempts.service.js';
import type { KnownClients } from '../credentials/known-clients.js';
import type { Passwords } from '../credentials/passwords.js';
import type { SessionsService } from '../sessions/sessions.service.js';

const attempt = { account: 'ada@example.com', address: '10.0.0.1', known: false };

describe('CredentialsService.check', () => {
  let failures: number;
  const calls: string[] = [];
  const passwords = { verify: (password: string, hash?: string) => Promise.resolve(password === hash) };
  const attempts = {
    assertBelowLimit: () => (failures >= 5 ? Promise.reject(tooManyAttempts(900)) : Promise.resolve()),
    record: () => Promise.resolve(void calls.push('record')),
    forgive: () => Promise.resolve(void calls.push('forgive')),
  };
  const credentials = new CredentialsService(
    passwords as unknown as Passwords,
    attempts as unknown as FailedAttemptsService,
    {} as KnownClients,
    {} as SessionsService,
    {} as AccountTokensService,
    {} as UserEvents,
  );
  beforeEach(() => {
    failures = 0;
    calls.length = 0;
  });

  it('clears earlier failures after a success', async () => {
    await expect(credentials.check(attempt, 'right', 'right')).resolves.toBe(true);
    expect(calls).toEqual(['forgive']);
  });

  it('counts a failure, also for an account that does not exist', async () => {
    await expect(credentials.check(attempt, 'wrong', 'right')).resolves.toBe(false);
    await expect(credentials.check(attempt, 'wrong', undefined)).resolves.toBe(false);
    expect(calls).toEqual(['record', 'record']);
  });

  it('compares no password beyond the limit', async () => {
    failures = 5;
    const verify = jest.spyOn(passwords, 'verify');
    await expect(credentials.check(attempt, 'right', 'right')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
  });

  it('refuses the right guess of a burst if the wrong ones have reached the limit meanwhile', async () => {
    const verify = jest.spyOn(passwords, 'verify').mockImplementation(() => {
      failures = 5;
      return Promise.resolve(true);
    });
    await expect(credentials.check(attempt, 'right', 'right')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(calls).toEqual([]);
    verify.mockRestore();
  });
});
