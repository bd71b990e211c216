import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, Clock, DomainError, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Customer, CustomersClient } from '../customers/customers.client.js';
import type { RequestedLine } from '../stock/inventory.client.js';
import { mergeLines } from '../stock/requested-lines.js';
import { StockHolds } from './stock-holds.js';
import { newOrder, type OrderDetails } from './new-order.js';
import { OrderWriter } from '../orders/order-writer.js';
import type { Order } from '../orders/order.entity.js';
import { onlyStaffMayOrderFor, unknownUser } from '../orders/orders.errors.js';
import { UnpaidLimit } from './unpaid-limit.js';

export interface PlaceOrder extends OrderDetails {
  items: RequestedLine[];
  user_id?: number;
}

/**
 * Places orders. Calls other services first and outside the transaction. If the process dies in between, the hold stays
 * until products has called `orders.settle`; if only the attempt fails, its stock is released at once.
 */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly customers: CustomersClient,
    private readonly idempotency: Idempotency,
    private readonly writer: OrderWriter,
    private readonly clock: Clock,
    private readonly holds: StockHolds,
    private readonly unpaid: UnpaidLimit,
  ) {}

  async place(input: PlaceOrder, caller: Caller, reply: Reply<Order>): Promise<Order> {
    const lines = mergeLines(input.items);
    const [customer] = await Promise.all([this.customerOf(input, caller), this.unpaid.check(caller, lines)]);
    const orderRef = this.idempotency.reference(reply.claim);
    try {
      const order = newOrder({
        order_ref: orderRef,
        customer,
        reservation: await this.holds.reserve(orderRef, lines),
        details: input,
        by: caller.user_id,
        at: this.clock.now(),
      });
      await this.writer.place(order, { ...reply, admit: (tx) => this.unpaid.admit(tx, caller, lines) });
      return order;
    } catch (error) {
      if (mayHoldStock(error)) this.holds.abandon(orderRef);
      throw error;
    }
  }

  private async customerOf({ user_id }: PlaceOrder, caller: Caller): Promise<Customer> {
    const forAnother = user_id !== undefined && user_id !== caller.user_id;
    if (forAnother && !hasRole(caller, 'staff')) throw onlyStaffMayOrderFor();
    try {
      return await this.customers.get(user_id ?? caller.user_id);
    } catch (error) {
      const unknown = error instanceof DomainError && error.code === 'unknown-user';
      throw unknown ? unknownUser(user_id === undefined ? 'header:Authorization' : '/user_id') : error;
    }
  }
}

/**
 * After a refusal no stock is held, or another request works under this ref, with one exception: concurrent orders that
 * exceed the limit together are refused with `unpaid-limit` only after reserving.
 */
function mayHoldStock(error: unknown): boolean {
  return !(error instanceof DomainError) || error.kind === 'unavailable' || error.code === 'unpaid-limit';
}
