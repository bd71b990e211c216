import type { ORDER_FULFILMENT_STATUSES } from '@app/events';
import { ownerScope, parseMoney, type Visitor } from '@app/kernel';
import type { Commands } from '@app/messaging';
import type { Unpayable } from './payments.errors.js';

/** An order as far as its payment is concerned. Amounts in minor units. */
export interface PayableOrder {
  order_id: number;
  order_ref: string;
  /** Null for a guest's. */
  user_id: number | null;
  /** Empty once erased. */
  customer_email: string;
  customer_name: string | null;
  customer_email_verified: boolean | null;
  status: OrderStatus;
  fulfilment_status: FulfilmentStatus;
  /** Gross: it never changes. */
  total: number;
  /** What of it is no longer owed, or goes back if it was paid. It only grows. */
  credited: number;
  /** Gross, and what staff say was paid. */
  paid: number;
  due: number;
  currency: string;
  /** Null if it can be paid. */
  unpayable: Unpayable | null;
}

export type OrderStatus = 'pending' | 'paid' | 'shipped' | 'completed' | 'cancelled';

export type FulfilmentStatus = (typeof ORDER_FULFILMENT_STATUSES)[number];

/** The release before sends no optional ones. */
interface Answer extends Omit<PayableOrder, 'fulfilment_status' | 'total' | 'credited' | 'paid' | 'due'> {
  fulfilment_status?: FulfilmentStatus;
  order_total: string;
  amount_credited?: string;
  amount_paid?: string;
  amount_due: string;
}

/** Reads orders from the orders service, which alone knows what is owed. */
export class OrdersClient {
  constructor(private readonly commands: Commands) {}

  /**
   * The order as it is now. With a visitor only an order that they may see.
   *
   * @throws DomainError `not-found`
   */
  async get(orderId: number, visitor?: Visitor): Promise<PayableOrder> {
    const question = { order_id: orderId, ...(visitor && ownerScope(visitor, 'order')) };
    return toOrder(await this.commands.ask<Answer>('orders.payable', question, { idempotent: true }));
  }
}

function toOrder({ order_total, amount_credited, amount_paid, amount_due, ...order }: Answer): PayableOrder {
  const { status, currency, unpayable, fulfilment_status = fulfilmentOf(status) } = order;
  const total = minor(order_total, currency);
  return {
    ...order,
    fulfilment_status,
    total,
    credited: amount_credited === undefined ? 0 : minor(amount_credited, currency),
    paid: amount_paid === undefined ? (unpayable ? total : 0) : minor(amount_paid, currency),
    due: minor(amount_due, currency),
  };
}

function fulfilmentOf(status: OrderStatus): FulfilmentStatus {
  return status === 'shipped' || status === 'completed' ? 'shipped' : 'unfulfilled';
}

function minor(amount: string, currency: string): number {
  const parsed = parseMoney(amount, currency);
  if (parsed === undefined) throw new Error(`orders.payable answered with an amount that is none in ${currency}.`);
  return parsed;
}
