import { Idempotency } from '@app/idempotency';
import { Clock, DomainError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Buyer } from '../customers/customers.client.js';
import type { Order } from '../orders/order.entity.js';
import { OrderWriter, type Placing } from '../orders/order-writer.js';
import { type ProductsQuote, QuotesService, type Terms } from '../pricing/quotes.service.js';
import type { RequestedLine, Reservation } from '../stock/inventory.client.js';
import { totalChanged } from './checkout.errors.js';
import { newOrder, type OrderDetails } from './new-order.js';
import { StockHolds } from './stock-holds.js';

/** An order that is to be placed, whoever asks for it. */
export interface OrderRequest {
  customer: Buyer;
  /** As `mergeLines` returns them. */
  lines: readonly RequestedLine[];
  details: OrderDetails;
  /** What `QuotesService.terms` returns for the details. */
  terms: Terms;
  /** Minor units. */
  expectedTotal?: number | undefined;
  /** The user who places it; null for a guest. */
  by: number | null;
  /** The cart that it was. */
  cartId?: string;
}

/** Refusals that come when the stock is held already. */
const WHILE_HOLDING: readonly string[] = [
  'unpaid-limit',
  'total-changed',
  'shipping-method-unavailable',
  'cart-changed',
  'cart-not-open',
];

/**
 * Places orders. Reserves first and outside the transaction, and charges the prices that were reserved. If the process
 * dies in between, the hold stays until products has called `orders.settle`; if only the attempt fails, its stock is
 * released at once.
 */
@Injectable()
export class OrderPlacementService {
  constructor(
    private readonly quotes: QuotesService,
    private readonly holds: StockHolds,
    private readonly writer: OrderWriter,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `total-changed`, `shipping-method-unavailable`, and those of the reservation and of `admit` */
  async place({ customer, lines, details, by, cartId, ...asked }: OrderRequest, placing: Placing): Promise<Order> {
    const order_ref = this.idempotency.reference(placing.claim);
    try {
      const reservation = await this.holds.reserve(order_ref, lines);
      const at = this.clock.now();
      const quote = this.quotes.price(reservation.lines, asked.terms, at);
      if (asked.expectedTotal !== undefined)
        await this.expectTotal(asked.expectedTotal, quote, { reservation, details });
      const order = newOrder({ order_ref, customer, quote, currency: reservation.currency, details, by, at, cartId });
      await this.writer.place(order, placing);
      return order;
    } catch (error) {
      if (mayHoldStock(error)) this.holds.abandon(order_ref);
      throw error;
    }
  }

  /** @throws DomainError `total-changed` with a quote that also says which shipping methods are open. */
  private async expectTotal(
    expected: number,
    { orderTotal }: ProductsQuote,
    { reservation, details }: { reservation: Reservation; details: OrderDetails },
  ): Promise<void> {
    if (orderTotal === expected) return;
    const terms = await this.quotes.allTerms(details);
    throw totalChanged(this.quotes.price(reservation.lines, terms), reservation.currency);
  }
}

/** After any other refusal no stock is held, or another request works under this ref. */
function mayHoldStock(error: unknown): boolean {
  return !(error instanceof DomainError) || error.kind === 'unavailable' || WHILE_HOLDING.includes(error.code);
}
