import { backoff } from '@app/async';
import { Clock, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import type { Refund } from '../payments/refund.entity.js';
import { RefundSender } from './refund-sender.js';
import { RefundsRepository } from './refunds.repository.js';

const LOAD = { batch: 50, atOnce: 8 };
/** Whoever works on a refund has it for this long; then others try. */
const LEASE_MS = 30_000;
const JITTER = { base: 5_000, max: 5_000 };

/** Finds out what became of refunds whose outcome is unknown. */
@Injectable()
export class RefundsSweeper extends Sweeper {
  constructor(
    private readonly refunds: RefundsRepository,
    private readonly sender: RefundSender,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Looks after due refunds. Returns how many there were. */
  sweep(): Promise<number> {
    const due = (limit: number) => this.refunds.due(this.clock.now(), limit);
    return this.workOff(LOAD, due, (refund) => this.lookAfter(refund));
  }

  private async lookAfter(refund: Refund): Promise<boolean> {
    const until = new Date(this.clock.now().getTime() + LEASE_MS + backoff(0, JITTER));
    if (!(await this.refunds.postpone(refund, until))) return false;
    try {
      await runWithContext(newContext(), () => this.sender.resume(refund));
    } catch (error) {
      this.logger.warn(`The refund ${refund.refundRef} is looked after later: ${String(error)}`);
    }
    return true;
  }
}
