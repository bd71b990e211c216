import { ServiceConfig, TextVariable } from '@app/config';
import { OmitType } from '@nestjs/swagger';

// SES takes a local part in ASCII only; of name and domain the mailer makes what it takes.
const LOCAL_PART = "[!#-'*+\\-./0-9=?A-Z^-~]{1,64}";
const DOMAIN = '[^@\\s<>,;]+\\.[^@\\s<>,;.]+';
const ADDRESS = new RegExp(`^${LOCAL_PART}@${DOMAIN}$`);
const SENDER = new RegExp(`^(?:[^<>\\p{Cc}]*<${LOCAL_PART}@${DOMAIN}>|${LOCAL_PART}@${DOMAIN})$`, 'u');
const HTTP = { pattern: /^https?:\/\//, hint: 'must be an http(s) address' };

/** The environment contract of the notifier. It publishes nothing and answers no customer, so it needs less than others. */
export class NotifierConfig extends OmitType(ServiceConfig, [
  'TOPIC_ARN',
  'OUTBOX_SWEEP',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'CURRENCY',
  'STRICT_PRECONDITIONS',
] as const) {
  /** The SQS queue that carries the other services' events to this one. */
  @TextVariable({ pattern: /^https?:\/\//, hint: 'must be the address of an SQS queue' })
  QUEUE_URL: string;

  /** Sender of every e-mail; SES must have verified its domain. */
  @TextVariable({ pattern: SENDER, hint: 'must be an address such as Shop <shop@example.com>' })
  MAIL_FROM: string;

  /** Who hears of low stock; nobody when unset. */
  @TextVariable({ optional: true, pattern: ADDRESS, hint: 'must be an e-mail address' })
  STAFF_EMAIL?: string;

  /** Links in account e-mails lead to `<this>#token=…`; the token's prefix says what it is for. */
  @TextVariable(HTTP)
  ACCOUNT_URL: string;

  /** Only where SES is emulated elsewhere than the rest of AWS. */
  @TextVariable({ optional: true, ...HTTP })
  AWS_ENDPOINT_URL_SES?: string;

  /** Secret that keys the hashes of e-mail addresses. */
  @TextVariable({ pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  FINGERPRINT_KEY: string;
}
