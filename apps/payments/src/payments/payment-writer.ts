import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { ProviderPayment } from '../providers/provider-payment.js';
import type { Movement } from './ledger.js';
import { LedgerRepository } from './ledger.repository.js';
import { PaymentEvents } from './payment-events.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { applyProviderState, type Fact, type Known } from './provider-state.js';
import type { Refund } from './refund.entity.js';

/** What is written with a changed payment, in the same transaction. */
export interface Change {
  movements?: readonly Movement[];
  refunds?: readonly Refund[];
  facts?: readonly Fact[];
  /** Runs when the payment is written, in the same transaction. */
  alsoIn?: (written: Payment) => Promise<void>;
}

export interface Locked {
  tx: Tx;
  payment: Payment;
  known: Known;
  at: Date;
}

/** The transactions that write a payment: one at a time for each payment, with its entries, refunds and events. */
@Injectable()
export class PaymentWriter {
  constructor(
    private readonly database: Database,
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    private readonly events: PaymentEvents,
    private readonly clock: Clock,
  ) {}

  /** Stores a payment that has money already, with its entries and events. */
  async insert(payment: Payment, change: Change, alsoIn: (tx: Tx) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.payments.insert(payment, tx);
      await this.addTo(tx, payment, change, payment.createdAt);
      await alsoIn(tx);
    });
  }

  /** Lets `edit` change a payment that nobody else changes meanwhile; returns null for no change. */
  change(paymentId: number, edit: (locked: Locked) => Promise<Change | null> | Change | null): Promise<Payment> {
    return this.database.transaction(async (tx) => {
      const payment = await this.payments.lock(tx, paymentId);
      const known = await this.ledger.known(tx, paymentId);
      // Never earlier than the last change, even if this machine's clock is behind the one that wrote it.
      const at = new Date(Math.max(this.clock.now().getTime(), payment.updatedAt.getTime()));
      const change = await edit({ tx, payment, known, at });
      if (!change) return payment;
      payment.version += 1;
      payment.updatedAt = at;
      await this.payments.update(tx, payment);
      await this.addTo(tx, payment, change, at);
      await change.alsoIn?.(payment);
      return payment;
    });
  }

  /**
   * Writes what the provider has said since the payment was read with `syncs`. Returns undefined if somebody has written
   * it since: what they wrote may be newer.
   */
  async apply(paymentId: number, syncs: number, seen: ProviderPayment): Promise<Payment | undefined> {
    let overtaken = false;
    const payment = await this.change(paymentId, ({ payment, known, at }) => {
      overtaken = payment.syncs !== syncs;
      if (overtaken) return null;
      const { changed, ...change } = applyProviderState(payment, known, seen, at);
      if (!changed) return null;
      payment.syncs += 1;
      return change;
    });
    return overtaken ? undefined : payment;
  }

  private async addTo(tx: Tx, payment: Payment, change: Change, at: Date): Promise<void> {
    const { movements = [], refunds = [], facts = [] } = change;
    await this.ledger.addEntries(tx, payment.paymentId, movements, at);
    for (const refund of refunds) await this.ledger.saveRefund(tx, refund, at);
    await this.events.append(tx, payment, facts);
  }
}
