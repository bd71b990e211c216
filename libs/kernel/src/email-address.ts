import { domainToASCII } from 'node:url';

/** The characters of a domain; the converter below would read others as parts of a URL. */
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;
/** A dot-atom (RFC 5322, 3.2.3). SES takes neither quoted nor non-ASCII local parts. */
const LOCAL_PART = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Zero-width spaces and joiners, soft hyphens, variation selectors, direction marks: invisible differences. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const MAX_LENGTH = 255;
/** As text a domain may be longer than as punycode, but not much. */
const MAX_TEXT_LENGTH = 1_000;

/**
 * Returns an address in canonical form, in which it is stored and used: trimmed, the domain in lower case and as
 * punycode (domains are case-insensitive, mailboxes may not be). Undefined for an address that cannot receive mail: no
 * dot in the domain, a quoted or non-ASCII part before the `@`, an invisible character, more than 255 characters.
 */
export function canonicalEmail(text: string): string | undefined {
  if (text.length > MAX_TEXT_LENGTH || INVISIBLE.test(text)) return undefined;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const [localPart, written] = [trimmed.slice(0, Math.max(0, at)), trimmed.slice(at + 1)];
  if (!LOCAL_PART.test(localPart) || !DOMAIN_TEXT.test(written)) return undefined;
  const domain = domainToASCII(written);
  const address = `${localPart}@${domain}`;
  return DOMAIN.test(domain) && address.length <= MAX_LENGTH ? address : undefined;
}

/** The same key for every spelling of one address. An invalid address is only trimmed and lowered. */
export function emailKey(text: string): string {
  return (canonicalEmail(text) ?? text.trim().normalize('NFC')).toLowerCase();
}

/** Returns a sender (`Shop <shop@example.com>` or an address alone) in canonical form; undefined if it is invalid. */
export function canonicalSender(text: string): string | undefined {
  const [, name, bracketed] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = canonicalEmail(bracketed ?? text);
  if (address === undefined) return undefined;
  return name === undefined ? address : `${name}<${address}>`;
}
