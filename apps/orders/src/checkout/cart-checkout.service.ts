import type { Reply } from '@app/idempotency';
import { emailKey, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Cart } from '../carts/cart.entity.js';
import { CartCheckouts } from '../carts/cart-checkouts.js';
import { type Buyer, CustomersClient, guest } from '../customers/customers.client.js';
import type { Order } from '../orders/order.entity.js';
import { QuotesService } from '../pricing/quotes.service.js';
import { cartEmpty, emailRequired } from './checkout.errors.js';
import type { OrderDetails } from './new-order.js';
import { OrderPlacementService } from './order-placement.service.js';
import { OrderTokens } from './order-tokens.js';
import { UnpaidLimit } from './unpaid-limit.js';

export interface CheckOutCart {
  /** Of the cart that the buyer has seen. */
  version: number;
  /** Minor units. */
  expected_total?: number;
}

/** Turns carts into orders: the order, the end of the cart, the events and the answer are one transaction. */
@Injectable()
export class CartCheckoutService {
  constructor(
    private readonly carts: CartCheckouts,
    private readonly customers: CustomersClient,
    private readonly unpaid: UnpaidLimit,
    private readonly quotes: QuotesService,
    private readonly placement: OrderPlacementService,
    private readonly tokens: OrderTokens,
  ) {}

  /**
   * @throws DomainError `not-found`, `cart-not-open`, `cart-changed`, `cart-empty`, `email-required`, and those of an order
   */
  async place(
    cartId: string,
    { version, expected_total }: CheckOutCart,
    visitor: Visitor,
    reply: Reply<Order>,
  ): Promise<Order> {
    const seen = { cartId, version, visitor };
    const cart = await this.carts.find(seen);
    const lines = cart.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity }));
    if (lines.length === 0) throw cartEmpty();
    const details = detailsOf(cart);
    const [customer, terms] = await Promise.all([buyerOf(cart, visitor, this.customers), this.quotes.terms(details)]);
    const holder = visitor.caller ?? { emailKey: emailKey(customer.email) };
    await this.unpaid.check(holder, lines);
    return this.placement.place(
      { customer, lines, details, terms, expectedTotal: expected_total, by: visitor.caller?.user_id ?? null, cartId },
      {
        ...reply,
        admit: async (tx) => {
          // First of all locks, so that of many checkouts one finds the cart open.
          await this.carts.lock(tx, cart, seen);
          await this.unpaid.admit(tx, holder, lines);
        },
        alsoIn: async (tx, order) => {
          await this.carts.end(tx, cart, order.orderId);
          if (order.userId === null) await this.tokens.admit(tx, order);
        },
      },
    );
  }
}

async function buyerOf({ email }: Cart, { caller }: Visitor, customers: CustomersClient): Promise<Buyer> {
  if (caller) return customers.get(caller.user_id);
  if (email === null) throw emailRequired();
  return guest(email);
}

function detailsOf({ shippingAddress, billingAddress, shippingMethodId, note, locale }: Cart): OrderDetails {
  return {
    shipping_address: shippingAddress,
    billing_address: billingAddress,
    shipping_method_id: shippingMethodId,
    note,
    locale,
  };
}
