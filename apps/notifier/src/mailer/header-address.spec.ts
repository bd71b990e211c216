import fc from 'fast-check';
import { asciiAddress, headerAddress } from './header-address.js';

/** Decodes a header as a mail program shows it. */
function decoded(header: string): string {
  const name = header.slice(0, header.lastIndexOf(' <'));
  if (!name.startsWith('=?')) return name.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1');
  const words = name.split(' ');
  for (const word of words) expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/]+=*\?=$/);
  for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
  return words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString('utf8')).join('');
}

describe('an address in a header', () => {
  it.each([
    ['shop@example.com', 'shop@example.com'],
    ['Shop <shop@example.com>', 'Shop <shop@example.com>'],
    [' <shop@example.com> ', 'shop@example.com'],
    ['Käse Shop <shop@example.com>', '=?UTF-8?B?S8Okc2UgU2hvcA==?= <shop@example.com>'],
    ['"Käse Shop" <shop@käse.example>', '=?UTF-8?B?S8Okc2UgU2hvcA==?= <shop@xn--kse-qla.example>'],
    ['Shop, Inc. <shop@example.com>', '"Shop, Inc." <shop@example.com>'],
    ['"Shop \\"24\\"" <shop@example.com>', '"Shop \\"24\\"" <shop@example.com>'],
    ['=?utf-8?q?x?= <shop@example.com>', '"=?utf-8?q?x?=" <shop@example.com>'],
  ])('%s is %s', (given, header) => {
    expect(headerAddress(given)).toBe(header);
  });

  it('is ASCII with words of the allowed length, and decodes to the given text', () => {
    const names = fc
      .string({ unit: fc.constantFrom('a', ' ', 'ä', '漢', '😀', ',', '.', "'"), minLength: 1, maxLength: 200 })
      .filter((name) => name === name.trim());
    fc.assert(
      fc.property(names, (name) => {
        const header = headerAddress(`${name} <shop@example.com>`);
        expect(header).toMatch(/^[\x20-\x7e]+$/);
        expect(decoded(header)).toBe(name);
      }),
    );
  });

  it.each([
    ['a@müller.example', 'a@xn--mller-kva.example'],
    ['a@EXAMPLE.com', 'a@example.com'],
    ['a@[127.0.0.1]', 'a@[127.0.0.1]'],
    ['nobody', 'nobody'],
  ])('%s is sent to %s', (address, ascii) => {
    expect(asciiAddress(address)).toBe(ascii);
  });
});
