import { type Conflict, Database, ListQuery, type Tx } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Movement } from './ledger.js';
import { PaymentEntry } from './payment-entry.entity.js';
import type { Known } from './provider-state.js';
import { Refund } from './refund.entity.js';

const KEEP: Conflict<PaymentEntry> = { keys: ['paymentId', 'kind', 'providerRef'] };

/** Entries and refunds of payments. Entries are only added, refunds never removed. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  entries(paymentId: number, tx?: Tx): Promise<PaymentEntry[]> {
    return this.database.find(PaymentEntry, 'WHERE payment_id = ? ORDER BY entry_id', [paymentId], tx);
  }

  /** Oldest first. */
  refunds(paymentId: number, tx?: Tx): Promise<Refund[]> {
    return this.database.find(Refund, 'WHERE payment_id = ? ORDER BY refund_id', [paymentId], tx);
  }

  entriesPage(paymentId: number, request: ListRequest): Promise<Page<PaymentEntry>> {
    return this.pageOf(PaymentEntry, 'entry_id', paymentId, request);
  }

  refundsPage(paymentId: number, request: ListRequest): Promise<Page<Refund>> {
    return this.pageOf(Refund, 'refund_id', paymentId, request);
  }

  async known(tx: Tx, paymentId: number): Promise<Known> {
    return { entries: await this.entries(paymentId, tx), refunds: await this.refunds(paymentId, tx) };
  }

  async addEntries(tx: Tx, paymentId: number, movements: readonly Movement[], at: Date): Promise<void> {
    const rows = movements.map((movement) => ({ ...movement, paymentId, at }));
    await this.database.insert(PaymentEntry, rows, { tx, onConflict: KEEP });
  }

  /** Adds a refund, or writes a changed one. */
  async saveRefund(tx: Tx, refund: Refund, at: Date): Promise<void> {
    refund.updatedAt = at;
    // A new one gets its id here.
    if (refund.refundId) await this.database.replace(Refund, refund, tx);
    else refund.refundId = (await this.database.insert(Refund, [refund], { tx })).insertId;
  }

  /** Within one payment ids increase with time, since every change locks the payment's row. */
  private pageOf<E extends object>(
    entity: new () => E,
    id: string,
    paymentId: number,
    request: ListRequest,
  ): Promise<Page<E>> {
    return ListQuery.of(this.database.statements(entity))
      .where('payment_id = ?', paymentId)
      .sortable({ at: id }, id)
      .page(this.database, request);
  }
}
