import { Clock, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { isOpen } from '../payments/payment-status.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { releaseOf } from './late-money.js';
import { PaymentChecks } from './payment-checks.js';

const LOAD = { batch: 50, atOnce: 8 };
/** Whoever checks a payment has it for this long; then others try. */
const LEASE_MS = 30_000;
const SHORTEST_MS = 300_000;
const LONGEST_MS = 6 * 3_600_000;
/** A payment is checked again after a tenth of its age: what has not moved for days does not move in minutes. */
const AGE_SHARE = 0.1;

/** Checks payments that may have changed without anybody telling us. */
@Injectable()
export class PaymentChecksSweeper extends Sweeper {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly checks: PaymentChecks,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Checks due payments. Returns how many. */
  sweep(): Promise<number> {
    const due = (limit: number) => this.payments.due(this.clock.now(), limit);
    return this.workOff(LOAD, due, (payment) => this.lookAfter(payment));
  }

  private async lookAfter(payment: Payment): Promise<boolean> {
    const { paymentId, nextCheckAt } = payment;
    const lease = this.in(LEASE_MS);
    if (nextCheckAt === null || !(await this.payments.reschedule(paymentId, nextCheckAt, lease))) return false;
    try {
      const checked = await runWithContext(newContext(), () => this.checks.check(payment));
      // Its order may have ended it; what has ended stays so.
      const now = isOpen(checked.status) ? await this.payments.getById(paymentId) : checked;
      await this.payments.reschedule(paymentId, lease, this.nextCheck(now));
    } catch (error) {
      this.logger.warn(`The payment ${paymentId} is checked later: ${String(error)}`);
    }
    return true;
  }

  /** Null once nothing can change any more: then only the provider's events tell of it. */
  private nextCheck({ status, createdAt, captureBefore }: Payment): Date | null {
    if (!isOpen(status)) return null;
    const age = this.clock.now().getTime() - createdAt.getTime();
    const next = this.in(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, age * AGE_SHARE)));
    const release = status === 'authorized' ? releaseOf(captureBefore) : null;
    return release !== null && release < next ? release : next;
  }

  private in(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }
}
