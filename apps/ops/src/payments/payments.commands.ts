import { formatMoney } from '@app/kernel';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type Payment,
  PAYMENT_STATUSES,
  type PaymentFilter,
  PaymentsAdminService,
  type PaymentStatus,
  toEntryResponse,
  toPaymentResponse,
  toRefundResponse,
} from '../../../payments/src/operations-app.module.js';
import { noted } from '../context/exit.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit, parseTime } from '../context/options.js';
import { Output } from '../context/output.js';
import { Payments } from './payments.js';
import { ReconcileCommand } from './reconcile.command.js';
import { RefundPaymentCommand } from './refund.command.js';

interface Filters {
  status?: PaymentStatus;
  orderId?: number;
  providerRef?: string;
  mismatch?: true;
  createdFrom?: Date;
  createdTo?: Date;
  limit?: number;
}

@SubCommand({ name: 'list', description: 'Payments, the newest first' })
export class ListPaymentsCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { limit = LIST.usual, ...filters }: Filters): Promise<void> {
    const found = await this.payments.read((app) => app.get(PaymentsAdminService).list(filterOf(filters), limit));
    await this.output.rows(found.map(rowOf), 'There are no such payments.');
  }

  @Option({ flags: '--status <status>', description: PAYMENT_STATUSES.join(', ') })
  status(text: string): PaymentStatus {
    return parseChoice('--status', PAYMENT_STATUSES, text);
  }

  @Option({ flags: '--order-id <id>', description: 'those of one order' })
  orderId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--provider-ref <ref>', description: 'the one with this name at the provider' })
  providerRef(text: string): string {
    return text;
  }

  @Option({ flags: '--mismatch', description: 'those that paid another amount or currency than was asked' })
  mismatch(): true {
    return true;
  }

  @Option({ flags: '--created-from <time>', description: 'created then or later, such as 2026-12-01T12:00Z' })
  createdFrom(text: string): Date {
    return parseTime('--created-from', text);
  }

  @Option({ flags: '--created-to <time>', description: 'created then or earlier' })
  createdTo(text: string): Date {
    return parseTime('--created-to', text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({ name: 'show', arguments: '<id>', description: 'One payment with its ledger and its refunds' })
export class ShowPaymentCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id]: string[]): Promise<void> {
    const paymentId = parseId(id);
    const found = await this.payments.read((app) => app.get(PaymentsAdminService).details(paymentId));
    const { payment, entries, refunds } = found;
    await this.output.value({
      ...toPaymentResponse(payment, false),
      entries: entries.map(toEntryResponse(payment.currency)),
      refunds: refunds.map(toRefundResponse(payment, true)),
    });
  }
}

@SubCommand({ name: 'refresh', arguments: '<id>', description: 'Ask the provider about a payment now' })
export class RefreshPaymentCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id]: string[]): Promise<void> {
    const paymentId = parseId(id);
    const operator = await this.operator.name();
    const { payment, changed } = await this.payments.run(async (app) => {
      const refreshed = await app.get(PaymentsAdminService).refresh(paymentId, operator);
      if (refreshed.changed) await noted(`Payment ${paymentId} has changed`, refreshed.record);
      return refreshed;
    });
    const sentence = `Payment ${paymentId} is ${payment.status}${changed ? '' : ', as it was before'}.`;
    await this.output.done(sentence, { changed, ...toPaymentResponse(payment, false) });
  }
}

@Command({
  name: 'payments',
  description: 'Money of orders',
  subCommands: [ListPaymentsCommand, ShowPaymentCommand, RefreshPaymentCommand, ReconcileCommand, RefundPaymentCommand],
})
export class PaymentsCommand extends GroupCommand {}

function filterOf({ status, orderId, providerRef, mismatch, createdFrom, createdTo }: Filters): PaymentFilter {
  return {
    ...(status !== undefined && { status }),
    ...(orderId !== undefined && { order_id: orderId }),
    ...(providerRef !== undefined && { provider_ref: providerRef }),
    ...(mismatch !== undefined && { mismatch }),
    ...(createdFrom !== undefined && { created_from: createdFrom }),
    ...(createdTo !== undefined && { created_to: createdTo }),
  };
}

function rowOf(payment: Payment): object {
  const { currency } = payment;
  return {
    id: payment.paymentId,
    order: payment.orderId,
    status: payment.status,
    amount: formatMoney(payment.amount, currency),
    captured: formatMoney(payment.capturedAmount, currency),
    refunded: formatMoney(payment.refundedAmount, currency),
    currency,
    mismatch: payment.mismatch,
    provider_ref: payment.providerRef,
    failure: payment.failureCode,
    created_at: payment.createdAt,
  };
}
