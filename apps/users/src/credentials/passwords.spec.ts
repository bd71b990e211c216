import crypto from 'node:crypto';
import { assertArgon2, Passwords } from './passwords.js';

describe('Passwords', () => {
  const passwords = new Passwords();
  afterEach(() => jest.restoreAllMocks());

  it('stores an argon2id PHC string with its own salt', async () => {
    const [one, two] = await Promise.all([passwords.hash('a long passphrase'), passwords.hash('a long passphrase')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(passwords.isOutdated(one)).toBe(false);
  });

  it('accepts the password in any Unicode composition, and nothing else', async () => {
    const hash = await passwords.hash('caf\u00e9 \ufb01nance');
    await expect(passwords.verify('cafe\u0301 finance', hash)).resolves.toBe(true);
    await expect(passwords.verify('caf\u00e9 \ufb01nance ', hash)).resolves.toBe(false);
    await expect(passwords.verify('Caf\u00e9 \ufb01nance', hash)).resolves.toBe(false);
  });

  it('does the same work for an unknown account as for a known one', async () => {
    const hash = await passwords.hash('a long passphrase');
    const argon2 = jest.spyOn(crypto, 'argon2');
    await expect(passwords.verify('a guess', hash)).resolves.toBe(false);
    await expect(passwords.verify('a guess', undefined)).resolves.toBe(false);
    const [known, unknown] = argon2.mock.calls.map(([name, { memory, passes, parallelism, tagLength }]) => ({
      name,
      cost: { memory, passes, parallelism, tagLength },
    }));
    expect(unknown).toEqual(known);
  });

  it('verifies a hash made with other parameters, and reports it as outdated', async () => {
    // argon2id of "password", m=64 KiB, t=1, p=1, with the salt "somesalt".
    const derived = crypto.argon2Sync('argon2id', {
      message: 'password',
      nonce: Buffer.from('somesalt'),
      memory: 64,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const phc = `$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$${derived.toString('base64').replace(/=+$/, '')}`;
    await expect(passwords.verify('password', phc)).resolves.toBe(true);
    expect(passwords.isOutdated(phc)).toBe(true);
  });

  it('refuses a hash it cannot read, without showing it', async () => {
    await expect(passwords.verify('password', '$2b$10$secret')).rejects.toThrow(/^A stored password hash is not/);
  });

  it('hashes two at a time and refuses when the queue is full', async () => {
    let running = 0;
    let maxRunning = 0;
    jest.spyOn(crypto, 'argon2').mockImplementation(((_: string, __: object, done: (e: null, key: Buffer) => void) => {
      maxRunning = Math.max(maxRunning, ++running);
      setImmediate(() => {
        running -= 1;
        done(null, Buffer.alloc(32));
      });
    }) as unknown as typeof crypto.argon2);
    const outcomes = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.hash('a long passphrase')));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(maxRunning).toBe(2);
    expect(refused.length).toBe(8);
    expect(refused[0]).toMatchObject({ reason: { code: 'too-many-requests', retryAfter: 1 } });
  });
});

describe('assertArgon2', () => {
  it('refuses a runtime without argon2 with one clear sentence', () => {
    expect(() => assertArgon2({})).toThrow(
      /has no crypto\.argon2: start the users service with Node 24\.7 or newer\.$/,
    );
    expect(() => assertArgon2()).not.toThrow();
  });
});
