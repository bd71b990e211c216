import { canonicalEmail } from '@app/kernel';

/** An encoded word has at most 75 characters (RFC 2047, section 2), which hold this many bytes of text. */
const WORD_BYTES = 45;

/** A name, quoted or not, followed by the address. */
const NAMED = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]+)>\s*$/;

/** The characters a name may have without quotes (RFC 5322, section 3.2.3). */
const ATOMS = /^[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]*$/;

/**
 * Converts `Käse Shop <shop@käse.example>` or a bare address to the ASCII form of a header, the only one SES accepts in
 * `Source`: the name as encoded words (RFC 2047) or quoted if necessary, the domain as punycode.
 */
export function headerAddress(given: string): string {
  const [, quoted, plain = '', address = given] = NAMED.exec(given) ?? [];
  const name = quoted?.replace(/\\(.)/g, '$1') ?? plain;
  const bare = asciiAddress(address.trim());
  return name === '' ? bare : `${headerName(name)} <${bare}>`;
}

/** Returns the address with its domain as punycode; unchanged if it has no canonical form. */
export function asciiAddress(address: string): string {
  return canonicalEmail(address) ?? address;
}

function headerName(name: string): string {
  if (/[^\x20-\x7e]/.test(name)) return encodedWords(name);
  return ATOMS.test(name) && !name.includes('=?') ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Splits only between characters; mail programs drop the space between two encoded words. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join(' ');
}
