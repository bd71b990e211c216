import { backoff, sleep } from '@app/async';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../providers/payment-provider.js';
import { PaymentAttempts } from './payment-attempts.js';
import { BY_HAND } from './payment-status.js';
import { PaymentWriter } from './payment-writer.js';
import type { Payment } from './payment.entity.js';
import { paymentBusy } from './payments.errors.js';
import { PaymentsRepository } from './payments.repository.js';

const MAX_ROUNDS = 8;

/** Brings payments up to date with what their provider says. */
@Injectable()
export class PaymentSync {
  private readonly running = new Map<number, Promise<Payment>>();
  private readonly waiting = new Map<number, Promise<Payment>>();

  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentsRepository,
    private readonly attempts: PaymentAttempts,
    private readonly writer: PaymentWriter,
  ) {}

  /**
   * Asks the provider, writes what it says, and returns the payment. Whoever calls while the provider is being asked
   * waits for one later question, which all such callers of this process share. Pass the payment if it was just read.
   *
   * @throws DomainError `payment-provider-unavailable`
   */
  sync(paymentId: number, known?: Payment): Promise<Payment> {
    const running = this.running.get(paymentId);
    if (!running) return this.start(paymentId, known);
    const waiting = this.waiting.get(paymentId) ?? this.startAfter(paymentId, running);
    this.waiting.set(paymentId, waiting);
    return waiting;
  }

  private async startAfter(paymentId: number, running: Promise<Payment>): Promise<Payment> {
    await running.catch(() => undefined);
    this.waiting.delete(paymentId);
    return this.start(paymentId);
  }

  private start(paymentId: number, known?: Payment): Promise<Payment> {
    const work = this.ask(paymentId, known).finally(() => this.running.delete(paymentId));
    this.running.set(paymentId, work);
    return work;
  }

  /** Another process may have asked later and written first: then what was heard is out of date, and is asked again. */
  private async ask(paymentId: number, known?: Payment): Promise<Payment> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let payment = round === 0 && known ? known : await this.payments.getById(paymentId);
      if (payment.provider === BY_HAND) return payment;
      if (payment.providerRef === null && this.attempts.isTooOld(payment))
        return this.attempts.end(paymentId, 'no-answer');
      if (payment.providerRef === null) payment = await this.attempts.send(payment);
      const seen = await this.provider.fetch(payment.providerRef ?? '');
      const written = await this.writer.apply(paymentId, payment.syncs, seen);
      if (written) return written;
      await sleep(backoff(round, { base: 5, max: 200 }));
    }
    throw paymentBusy();
  }
}
