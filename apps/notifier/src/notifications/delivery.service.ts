import { backoff, sleep } from '@app/async';
import { Clock, currentContext, DomainError, traceId } from '@app/kernel';
import { RedeliverLaterError } from '@app/messaging';
import { declareMetric, type Logger, Metrics } from '@app/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { EmailNotSentError, Mailer } from '../mailer/mailer.js';
import { type Claim, type Claimed, EmailLedger } from './email-ledger.js';
import { render, type RenderedEmail } from './templates/render.js';
import type { TemplateName, Views } from './templates/views.js';

export const LOGGER = Symbol('LOGGER');

/** An e-mail that an event requires. */
export interface Notification<Name extends TemplateName = TemplateName> {
  event_id: string;
  template: Name;
  view: Views[Name];
  to: string;
  user_id: number | null;
  order_id: number | null;
  /** Of an e-mail about a return. */
  return_id?: number;
  /** The address is not verified, so it gets few e-mails. */
  unverified: boolean;
  /** The queue does not redeliver the event's message after this delivery. */
  last_delivery: boolean;
}

/** How long a delivery waits while another one is sending, before it leaves the e-mail to a redelivery. */
const MAX_WAIT_MS = 2_000;
const POLL = { base: 20, max: 200 };
/** Between deliveries of an e-mail that may have been accepted: the queue's five then span several minutes. */
const RETRY_SECONDS = { base: 5, max: 300, factor: 4 };
/** Between attempts while the provider is unavailable, which use up no delivery. */
const AWAY_SECONDS = 5;

const EMAILS = declareMetric('count', 'emails_total', 'E-mails by what became of them.', ['template', 'status']);

/** Sends an e-mail once: claims it, sends it, records the outcome. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly ledger: EmailLedger,
    private readonly mailer: Mailer,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when the e-mail was sent, now or before, or must never be sent.
   *
   * @throws DomainError `service-unavailable` if the provider is unavailable and nothing was sent, otherwise
   * RedeliverLaterError, for which the delivery counts. Both say in `retryAfter` when to redeliver the event.
   */
  async deliver<Name extends TemplateName>(notification: Notification<Name>): Promise<void> {
    const email = render(notification.template, notification.view);
    const claim = await this.claim(notification);
    if (claim.outcome === 'held') throw this.redeliverAfter(claim.until);
    if (claim.outcome === 'settled') {
      if (claim.status === 'suppressed') this.count(notification, 'suppressed');
      this.logger.info({ ...fields(notification), status: claim.status }, 'e-mail already settled');
      return;
    }
    if (claim.duplicatePossible) {
      this.logger.warn(fields(notification), 'an earlier attempt did not end: the e-mail may be sent twice');
    }
    const messageId = await this.send(notification, email, claim);
    this.count(notification, 'sent');
    const recorded = await this.ledger.markSent(claim, messageId);
    const outcome = { ...fields(notification), message_id: messageId, attempt: claim.attempt };
    if (recorded) this.logger.info(outcome, 'e-mail sent');
    else this.logger.warn(outcome, 'the lease ended before the e-mail was sent: it may be sent twice');
  }

  private count({ template }: Notification, status: 'sent' | 'suppressed' | 'delayed' | 'failed'): void {
    this.metrics.count(EMAILS, { template, status });
  }

  private async claim(notification: Notification): Promise<Claim> {
    const { to, event_id, template, order_id, return_id = null, user_id, unverified } = notification;
    const recipient_hash = this.ledger.hashAddress(to);
    const { requestId: request_id } = currentContext();
    const email = { event_id, template, order_id, return_id, user_id, recipient_hash, request_id, unverified };
    return waitWhile(
      () => this.ledger.claim(email),
      ({ outcome }) => outcome === 'held',
    );
  }

  private async send(notification: Notification, email: RenderedEmail, claim: Claimed): Promise<string> {
    const { event_id, template, to } = notification;
    try {
      return await this.mailer.send({
        to,
        ...email,
        tags: { template, event_id, trace_id: traceId(currentContext()) },
      });
    } catch (error) {
      await this.recordFailure(notification, claim, error);
      throw error instanceof EmailNotSentError ? notAccepted(error, claim.attempt) : error;
    }
  }

  private redeliverAfter(until: Date): RedeliverLaterError {
    const retryAfter = Math.max(1, Math.ceil((until.getTime() - this.clock.now().getTime()) / 1_000));
    return new RedeliverLaterError('Another delivery holds this e-mail or one before it.', retryAfter);
  }

  /** Ends the lease at once. If the database is unavailable, too, the lease expires on its own. */
  private async recordFailure(notification: Notification, claim: Claimed, error: unknown): Promise<void> {
    const retryable = error instanceof EmailNotSentError;
    const uncertain = retryable && error.accepted === 'unknown';
    const failure = reasonOf(error);
    const giveUp = !retryable || notification.last_delivery;
    this.count(notification, giveUp ? 'failed' : 'delayed');
    this.logger.warn({ ...fields(notification), failure, uncertain, attempt: claim.attempt }, 'e-mail not sent');
    await this.ledger.markUnsent(claim, { giveUp, failure, uncertain }).catch((reason: unknown) => {
      this.logger.warn({ ...fields(notification), error: reasonOf(reason) }, 'the failure could not be noted');
    });
  }
}

/** Repeats `ask` with growing intervals while `waiting` is true, for two seconds at most. Returns the last result. */
export async function waitWhile<T>(ask: () => Promise<T>, waiting: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + MAX_WAIT_MS;
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    if (!waiting(answer) || performance.now() >= end) return answer;
    await sleep(POLL.base + backoff(attempt, POLL));
  }
}

function fields({ event_id, template }: Notification): Record<string, unknown> {
  const context = currentContext();
  return { event_id, template, request_id: context.requestId, trace_id: traceId(context) };
}

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'reason' in error) return String(error.reason);
  return error instanceof Error ? error.name : 'unknown';
}

function notAccepted(error: EmailNotSentError, attempt: number): Error {
  if (error.accepted === 'no')
    return new DomainError('service-unavailable', error.message, { retryAfter: AWAY_SECONDS, cause: error });
  const { base, max, factor } = RETRY_SECONDS;
  const retryAfter = Math.min(max, base * factor ** (attempt - 1));
  return new RedeliverLaterError(error.message, retryAfter, { cause: error });
}
