import { canonicalEmail } from '@app/kernel';

/** An encoded word has at most 75 characters (RFC 2047, section 2): of text, this many bytes. */
const WORD_BYTES = 45;

/** A name, quoted or not, and the address behind it. */
const NAMED = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]+)>\s*$/;

/** What a name may hold without quotes (RFC 5322, section 3.2.3). */
const ATOMS = /^[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]*$/;

/**
 * `Käse Shop <shop@käse.example>` or a bare address as a header may hold it, in ASCII alone: the name as encoded words
 * (RFC 2047) or quoted where it must be, the domain as punycode. SES takes nothing else in `Source`.
 */
export function headerAddress(given: string): string {
  const [, quoted, plain = '', address = given] = NAMED.exec(given) ?? [];
  const name = quoted?.replace(/\\(.)/g, '$1') ?? plain;
  const bare = asciiAddress(address.trim());
  return name === '' ? bare : `${headerName(name)} <${bare}>`;
}

/** The address in its one form, its domain as punycode; as it is where it has none. */
export function asciiAddress(address: string): string {
  return canonicalEmail(address) ?? address;
}

function headerName(name: string): string {
  if (/[^\x20-\x7e]/.test(name)) return encodedWords(name);
  return ATOMS.test(name) && !name.includes('=?') ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Words of whole characters; readers drop the space between two of them. */
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
