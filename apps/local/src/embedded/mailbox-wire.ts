import { randomUUID } from 'node:crypto';
import { RULES, type Submission } from './ses-rules.js';

/** A refusal with the codes and statuses of SES's v1 query API. */
export class SesFault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export type SubmittedEmail = Omit<Submission, 'charsets'>;

/** Reads the form body of a `SendEmail` call. */
export function readSendEmail(body: string): SubmittedEmail {
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  if (action !== 'SendEmail') {
    throw new SesFault('InvalidAction', `The mailbox takes SendEmail, not ${JSON.stringify(action)}.`);
  }
  const email = {
    source: form.get('Source') ?? '',
    to: ['To', 'Cc', 'Bcc'].flatMap((kind) => members(form, `Destination.${kind}Addresses`)),
    subject: form.get('Message.Subject.Data') ?? '',
    html: form.get('Message.Body.Html.Data') ?? '',
    text: form.get('Message.Body.Text.Data') ?? '',
    tags: readTags(form),
  };
  const isUtf8 = (part: string) => /^utf-?8$/i.test(form.get(`Message.${part}.Charset`) ?? '');
  const charsets = { subject: isUtf8('Subject'), html: isUtf8('Body.Html'), text: isUtf8('Body.Text') };
  const broken = RULES.find(({ isBroken }) => isBroken({ ...email, charsets }));
  if (broken) throw new SesFault(broken.code, broken.message);
  return email;
}

export function sendEmailAnswer(messageId: string): string {
  return (
    `<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>${messageId}</MessageId>` +
    `</SendEmailResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></SendEmailResponse>`
  );
}

export function faultAnswer({ code, message, status }: SesFault): string {
  return (
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
    `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  );
}

function members(form: URLSearchParams, name: string): string[] {
  const found: string[] = [];
  for (let index = 1; ; index++) {
    const value = form.get(`${name}.member.${index}`);
    if (value === null) return found;
    found.push(value);
  }
}

function readTags(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; ; index++) {
    const name = form.get(`Tags.member.${index}.Name`);
    if (name === null) return tags;
    tags[name] = form.get(`Tags.member.${index}.Value`) ?? '';
  }
}

function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
