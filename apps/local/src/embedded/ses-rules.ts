/** The input of SES's SendEmail, as far as SES has rules for it. */
export interface Submission {
  source: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  tags: Record<string, string>;
  /** Whether subject and body are declared as UTF-8; otherwise they must be ASCII. */
  charsets: { subject: boolean; html: boolean; text: boolean };
}

interface Rule {
  code: 'InvalidParameterValue' | 'MessageRejected';
  message: string;
  /** Where SES documents the rule. */
  source: string;
  isBroken: (email: Submission) => boolean;
}

const MAX_RECIPIENTS = 50;
const MAX_BYTES = 10 * 1024 * 1024;
const API = 'SES API reference (2010-12-01)';

const ASCII = /^[\x20-\x7e]*$/;
const ENCODED_WORD = /^=\?[\w-]+\?[BbQq]\?[!->@-~]*\?=$/;
const LOCAL_PART = /^(?!\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]{1,64}$/;
const DOMAIN =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** SES's reasons to refuse, in its own words where known. The mailbox refuses the same. */
export const RULES: readonly Rule[] = [
  {
    code: 'InvalidParameterValue',
    message: 'Missing destination.',
    source: `${API}, SendEmail: at least one recipient`,
    isBroken: ({ to }) => to.length === 0,
  },
  {
    code: 'MessageRejected',
    message: `Recipient count exceeds ${MAX_RECIPIENTS}.`,
    source: 'SES developer guide, service quotas: recipients per message',
    isBroken: ({ to }) => to.length > MAX_RECIPIENTS,
  },
  {
    code: 'InvalidParameterValue',
    message: 'Local address contains control or whitespace',
    source: `${API}, Destination: no SMTPUTF8, the local part is 7-bit ASCII; SES answers these words to both`,
    isBroken: ({ source, to }) => addresses(source, to).some((address) => /[^\x21-\x7e]/.test(localOf(address))),
  },
  {
    code: 'InvalidParameterValue',
    message: "Missing final '@domain'",
    source: `${API}, Destination: UserName@[SubDomain.]Domain.TopLevelDomain`,
    isBroken: ({ source, to }) => addresses(source, to).some((address) => !/^[^@]+@[^@]+$/.test(unquoted(address))),
  },
  {
    code: 'InvalidParameterValue',
    message: 'Domain contains illegal character',
    source: `${API}, Destination: a domain that is not ASCII must be punycode (RFC 3492)`,
    isBroken: ({ source, to }) => addresses(source, to).some((address) => !DOMAIN.test(domainOf(address))),
  },
  {
    code: 'InvalidParameterValue',
    message: 'Local address contains illegal character',
    source: 'RFC 5321, 4.5.3.1.1 and RFC 5322, 3.2.3: an atom of at most 64 characters with single dots inside',
    isBroken: ({ source, to }) => addresses(source, to).some((address) => !LOCAL_PART.test(localOf(address))),
  },
  {
    code: 'InvalidParameterValue',
    message: 'A name must be ASCII, or encoded words as in RFC 2047.',
    source: `${API}, SendEmail, Source and Destination: MIME encoded-word syntax for other characters`,
    isBroken: ({ source, to }) => [source, ...to].some((address) => !isName(nameOf(address))),
  },
  {
    code: 'InvalidParameterValue',
    message: 'Control characters are not allowed in the subject.',
    source: 'RFC 5322, 2.2: a header field is one line',
    isBroken: ({ subject }) => /\p{Cc}/u.test(subject),
  },
  {
    code: 'InvalidParameterValue',
    message: 'The message has no body.',
    source: `${API}, Body: Html, Text or both`,
    isBroken: ({ html, text }) => html === '' && text === '',
  },
  {
    code: 'InvalidParameterValue',
    message: 'Text that is not 7-bit ASCII needs a charset.',
    source: `${API}, Content: Charset`,
    isBroken: (email) => (['subject', 'html', 'text'] as const).some((part) => !isDeclared(email, part)),
  },
  {
    code: 'InvalidParameterValue',
    message: 'A tag has letters, digits, _ and - only, fewer than 256 of them.',
    source: `${API}, MessageTag`,
    isBroken: ({ tags }) =>
      Object.entries(tags)
        .flat()
        .some((text) => !/^[A-Za-z0-9_-]{1,255}$/.test(text)),
  },
  {
    code: 'MessageRejected',
    message: 'The message is longer than 10 MB.',
    source: 'SES developer guide, service quotas: message size, encoded',
    isBroken: ({ html, text }) => ((Buffer.byteLength(html) + Buffer.byteLength(text)) * 4) / 3 > MAX_BYTES,
  },
];

const addresses = (source: string, to: readonly string[]): string[] => [source, ...to].map(addressOf);
const addressOf = (text: string): string => /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text;
const localOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf('@')));
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
const nameOf = (source: string): string => /^(.*)<[^<>]*>\s*$/s.exec(source)?.[1]?.trim() ?? '';
const unquoted = (address: string): string => address.replace(/^"(?:[^"\\]|\\.)*"/, 'quoted');

/** A quoted text, or words that are atoms or encoded words of at most 75 characters. */
function isName(name: string): boolean {
  if (!ASCII.test(name)) return false;
  if (/^"(?:[^"\\]|\\.)*"$/.test(name)) return true;
  const words = name.split(' ').filter((word) => word !== '');
  return words.every((word) =>
    word.startsWith('=?')
      ? word.length <= 75 && ENCODED_WORD.test(word)
      : /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+$/.test(word),
  );
}

function isDeclared(email: Submission, part: 'subject' | 'html' | 'text'): boolean {
  return email.charsets[part] || !/[^\p{ASCII}]/u.test(email[part]);
}
