import { EmailVariable, SenderVariable, ServiceConfig, TextVariable } from '@app/config';
import { OmitType } from '@nestjs/swagger';

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
  @SenderVariable()
  MAIL_FROM: string;

  /** Who hears of low stock, failed refunds, disputes and mismatched payments; nobody when unset. */
  @EmailVariable({ optional: true })
  STAFF_EMAIL?: string;

  /** Links in account e-mails lead to `<this>#token=…`; the token's prefix says what it is for. */
  @TextVariable(HTTP)
  ACCOUNT_URL: string;

  /**
   * The page where a customer pays an order: the link in an e-mail about a failed payment leads to `<this>?order_id=…`, or
   * to the payment's `return_url` if that is on the same site.
   */
  @TextVariable(HTTP)
  PAYMENT_URL: string;

  /** Only where SES is emulated elsewhere than the rest of AWS. */
  @TextVariable({ optional: true, ...HTTP })
  AWS_ENDPOINT_URL_SES?: string;

  /** Secret that keys the hashes of e-mail addresses. */
  @TextVariable({ pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  FINGERPRINT_KEY: string;
}
