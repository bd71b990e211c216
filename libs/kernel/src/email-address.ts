import { domainToASCII } from 'node:url';

/** What a domain may be written with; the converter below would read other signs as the parts of a URL. */
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;
/** A dot-atom (RFC 5322, 3.2.3). SES takes neither quoted nor non-ASCII local parts. */
const LOCAL_PART = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Zero-width spaces and joiners, soft hyphens, variation selectors, marks of direction: two texts that look the same. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const LONGEST = 255;
/** A domain may be longer as text than as punycode, but not much. */
const LONGEST_TEXT = 1_000;

/**
 * The one form in which an address is kept and written to: trimmed, its domain in lower case and as punycode (domains
 * know no case, mailboxes may). Undefined for what nobody could write to: no dot in the domain, a quoted or non-ASCII
 * part before the `@`, an invisible character, more than 255 characters.
 */
export function canonicalEmail(text: string): string | undefined {
  if (text.length > LONGEST_TEXT || INVISIBLE.test(text)) return undefined;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const [localPart, written] = [trimmed.slice(0, Math.max(0, at)), trimmed.slice(at + 1)];
  if (!LOCAL_PART.test(localPart) || !DOMAIN_TEXT.test(written)) return undefined;
  const domain = domainToASCII(written);
  const address = `${localPart}@${domain}`;
  return DOMAIN.test(domain) && address.length <= LONGEST ? address : undefined;
}

/** Equal for every spelling of one address. What is no address is only trimmed and lowered. */
export function emailKey(text: string): string {
  return (canonicalEmail(text) ?? text.trim().normalize('NFC')).toLowerCase();
}

/** A sender such as `Shop <shop@example.com>` or the address alone, with the address in its one form; undefined for others. */
export function canonicalSender(text: string): string | undefined {
  const [, name, bracketed] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = canonicalEmail(bracketed ?? text);
  if (address === undefined) return undefined;
  return name === undefined ? address : `${name}<${address}>`;
}
