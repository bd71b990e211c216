import type { Reply } from '@app/idempotency';
import { type Caller, DomainError, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Customer, CustomersClient } from '../customers/customers.client.js';
import type { Order } from '../orders/order.entity.js';
import { onlyStaffMayOrderFor, unknownUser } from '../orders/orders.errors.js';
import { QuotesService } from '../pricing/quotes.service.js';
import type { RequestedLine } from '../stock/inventory.client.js';
import { mergeLines } from '../stock/requested-lines.js';
import type { OrderDetails } from './new-order.js';
import { OrderPlacementService } from './order-placement.service.js';
import { UnpaidLimit } from './unpaid-limit.js';

export interface PlaceOrder extends OrderDetails {
  items: RequestedLine[];
  user_id?: number;
  /** Minor units. */
  expected_total?: number;
}

/** Places the orders of callers: finds out for whom, and whether they may hold so much without paying. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly customers: CustomersClient,
    private readonly unpaid: UnpaidLimit,
    private readonly quotes: QuotesService,
    private readonly placement: OrderPlacementService,
  ) {}

  async place(input: PlaceOrder, caller: Caller, reply: Reply<Order>): Promise<Order> {
    const lines = mergeLines(input.items);
    const [customer, terms] = await Promise.all([
      this.customerOf(input, caller),
      this.quotes.terms(input),
      this.unpaid.check(caller, lines),
    ]);
    const expectedTotal = input.expected_total;
    return this.placement.place(
      { customer, lines, details: input, terms, expectedTotal, by: caller.user_id },
      { ...reply, admit: (tx) => this.unpaid.admit(tx, caller, lines) },
    );
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
