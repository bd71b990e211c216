import { canonicalEmail, emailKey } from './email-address.js';

describe('canonicalEmail', () => {
  it('trims, and lowers the domain alone', () => {
    expect(canonicalEmail(' Ada.L@EXAMPLE.Com ')).toBe('Ada.L@example.com');
  });
});

describe('emailKey', () => {
  it('is the same for every spelling of an address', () => {
    expect(emailKey('ADA@Example.com')).toBe(emailKey(' ada@example.COM'));
    expect(emailKey('jos\u00e9@example.com')).toBe(emailKey('jose\u0301@example.com'));
    expect(emailKey('jos\u00e9@example.com')).not.toBe(emailKey('jose@example.com'));
  });
});
