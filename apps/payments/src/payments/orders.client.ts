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
  total: number;
  due: number;
  currency: string;
  /** Null if it can be paid. */
  unpayable: Unpayable | null;
}

export type OrderStatus = 'pending' | 'paid' | 'shipped' | 'completed' | 'cancelled';

type Answer = Omit<PayableOrder, 'total' | 'due'> & { order_total: string; amount_due: string };

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
    const { order_total, amount_due, ...order } = await this.commands.ask<Answer>('orders.payable', question, {
      idempotent: true,
    });
    return { ...order, total: minor(order_total, order.currency), due: minor(amount_due, order.currency) };
  }
}

function minor(amount: string, currency: string): number {
  const parsed = parseMoney(amount, currency);
  if (parsed === undefined) throw new Error(`orders.payable answered with an amount that is none in ${currency}.`);
  return parsed;
}
