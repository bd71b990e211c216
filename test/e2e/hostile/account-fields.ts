import { registration } from './bodies.js';
import type { HostileRow } from './row.js';

const group = 'account fields';

/** Values that registration refuses, by field. */
const REFUSED: Record<string, unknown[]> = {
  email: [
    '',
    'a',
    'a@localhost',
    'a@@example.com',
    'a b@example.com',
    'a@example.com\r\nBcc: victim@example.com',
    'a@example.com, b@example.com',
    '<a@example.com>',
    'a@exam\0ple.com',
    '\ud800@example.com',
    '"a b"@example.com',
    'josé@example.com',
    'ann\u200b@example.com',
    'ann@exam\u00adple.com',
    '\ufeffann@example.com',
    'ann@example.com/x',
    `${'a'.repeat(250)}@example.com`,
    ['a@example.com'],
    { $gt: '' },
    null,
    1,
  ],
  password: [
    '',
    'short',
    'x'.repeat(11),
    'x'.repeat(129),
    ['a long enough pass phrase'],
    null,
    123_456_789_012,
    '\ud800'.repeat(12),
  ],
  full_name: ['', '   ', 'x'.repeat(101), 'a\0b', '\udfff', ['Ann'], {}, null, 1],
  username: ['ab', 'Ann', 'ann b', '../etc', 'аnn', 'x'.repeat(51), "a'--", 1],
  phone_number: ['12345', '+0123', '+1 23', '+1;ext=2', '+'.padEnd(18, '1'), 1],
  address: ['x'.repeat(1_001), 'a\0b', 1, []],
};

const fields: HostileRow[] = Object.entries(REFUSED).flatMap(([field, values]) =>
  values.map((value): HostileRow => ({
    group,
    name: `${field} ${JSON.stringify(value)?.slice(0, 50)}`,
    status: 422,
    code: 'validation-failed',
    request: () => ({ method: 'POST', path: '/users', json: registration({ [field]: value }) }),
  })),
);

/** The other inputs of an address. */
const addresses: HostileRow[] = ['/auth/login', '/auth/password-reset', '/auth/verify-email/resend'].flatMap((path) =>
  [
    '',
    'a@localhost',
    '\ud800@example.com',
    '"a b"@example.com',
    'ann\u200b@example.com',
    { $gt: '' },
    ['a@example.com'],
    null,
  ].map((email): HostileRow => ({
    group,
    name: `${path}: email ${JSON.stringify(email)}`,
    status: 422,
    request: () => ({ method: 'POST', path, json: { email, ...(path.endsWith('login') && { password: 'anything' }) } }),
  })),
);

const taken: HostileRow[] = [
  (email: string) => email,
  (email: string) => email.toUpperCase(),
  (email: string) => ` ${email} `,
].map((spell, index) => ({
  group,
  name: `an address that is taken, in spelling ${index + 1}`,
  status: 409,
  code: 'email-taken',
  request: ({ ann }) => ({ method: 'POST', path: '/users', json: registration({ email: spell(ann.email) }) }),
}));

export const ACCOUNT_ROWS: HostileRow[] = [...fields, ...addresses, ...taken];
