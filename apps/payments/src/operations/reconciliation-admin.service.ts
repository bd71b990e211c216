import { AuditLog } from '@app/audit';
import { isUnavailable } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentSync } from '../payments/payment-sync.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { ProviderEventsSweeper } from '../provider-events/provider-events.sweeper.js';
import { ReconciliationSweeper } from '../reconciliation/reconciliation.sweeper.js';
import { PaymentsAdminRepository } from './payments-admin.repository.js';

/** What one reconciliation has found and changed. */
export interface Reconciled {
  /** The provider's events that had not come. */
  events_found: number;
  payments_checked: number;
  payments_changed: number;
  /** Payments about which the provider could not be asked. */
  payments_left: number;
  /** Movements of money that the ledger did not have. */
  entries_added: number;
}

const MOST_PAYMENTS = 1_000;
const AT_ONCE = 5;

/** One reconciliation at an operator's word, with its row in the audit log. */
@Injectable()
export class ReconciliationAdminService {
  constructor(
    private readonly reconciliation: ReconciliationSweeper,
    private readonly events: ProviderEventsSweeper,
    private readonly sync: PaymentSync,
    private readonly payments: PaymentsRepository,
    private readonly admin: PaymentsAdminRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Asks the provider for its events, and about the 1,000 payments that are open longest. What follows for their orders
   * is done by the running service. `record` writes the audit row.
   *
   * @throws DomainError `payment-provider-unavailable` before anything has changed
   */
  async run(operator: string): Promise<{ result: Reconciled; record: () => Promise<void> }> {
    const last = await this.admin.lastEntry();
    const events_found = await this.reconciliation.reconcile();
    const checked = await this.checkOpen();
    await this.events.sweep();
    const result = { events_found, ...checked, entries_added: await this.admin.entriesAfter(last) };
    const who = { operator, action: 'payments.reconcile', target: 'provider' };
    return { result, record: () => this.audit.record({ ...who, before: null, after: result }) };
  }

  private async checkOpen(): Promise<Omit<Reconciled, 'events_found' | 'entries_added'>> {
    const open = await this.admin.open(MOST_PAYMENTS);
    const outcomes: (boolean | undefined)[] = [];
    while (open.length > 0)
      outcomes.push(...(await Promise.all(open.splice(0, AT_ONCE).map((paymentId) => this.check(paymentId)))));
    const answered = outcomes.filter((outcome) => outcome !== undefined);
    return {
      payments_checked: answered.length,
      payments_changed: answered.filter(Boolean).length,
      payments_left: outcomes.length - answered.length,
    };
  }

  /** Whether it has changed; undefined if the provider did not answer. */
  private async check(paymentId: number): Promise<boolean | undefined> {
    const { version } = await this.payments.getById(paymentId);
    try {
      return (await this.sync.sync(paymentId)).version !== version;
    } catch (error) {
      if (isUnavailable(error)) return undefined;
      throw error;
    }
  }
}
