import type { Tx } from '@app/database';
import { MAX_LINES } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type ProductsQuote, QuotesService } from '../pricing/quotes.service.js';
import { InventoryClient, type SoldProducts } from '../stock/inventory.client.js';
import { type CartChange, changesOf, productOf } from './cart-lines.js';
import type { CartLine } from './cart-line.entity.js';
import type { Cart, CartStatus } from './cart.entity.js';
import { cartFull } from './carts.errors.js';

/** A cart with what it costs now. */
export interface PricedCart {
  cart: Cart;
  status: CartStatus;
  /** Of the lines whose products are sold. */
  quote: ProductsQuote;
  /** Available pieces by product id, of those products. */
  available: ReadonlyMap<number, number>;
  changes: CartChange[];
  /** Null without a choice. */
  shippingMethodIsOpen: boolean | null;
}

/** Says what carts cost: as a quote of the same lines, but for what has become unavailable since. */
@Injectable()
export class CartPrices {
  constructor(
    private readonly inventory: InventoryClient,
    private readonly quotes: QuotesService,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for the products of lines, and of these ids. Not inside a transaction.
   *
   * @throws DomainError `cart-full` if they are more than a cart takes
   */
  async sold(lines: readonly CartLine[], productIds: readonly number[] = []): Promise<SoldProducts> {
    const ids = new Set([...lines.map(({ productId }) => productId), ...productIds]);
    if (ids.size > MAX_LINES) throw cartFull();
    return this.inventory.sold([...ids]);
  }

  async now(cart: Cart): Promise<PricedCart> {
    return this.of(cart, await this.sold(cart.lines));
  }

  /**
   * Prices a cart by products that were asked for a moment ago. A line that somebody has put meanwhile has its product's
   * data itself, which are as new.
   */
  async of(cart: Cart, sold: SoldProducts, tx?: Tx): Promise<PricedCart> {
    const lines = cart.lines.flatMap((line) => {
      const known = sold.get(line.productId);
      if (known === null) return [];
      const { available_quantity, ...product } = known ?? {
        ...productOf(line),
        available_quantity: line.availableQuantity,
      };
      return [{ available_quantity, line: { ...product, quantity: line.quantity } }];
    });
    const priced = lines.map(({ line }) => line);
    const terms = await this.quotes.allTerms({ shipping_address: cart.shippingAddress }, tx);
    const unshipped = this.quotes.price(priced, terms);
    const shippingMethodId = cart.shippingMethodId ?? undefined;
    const isOpen = unshipped.shippingOffers.some(({ method }) => method.shippingMethodId === shippingMethodId);
    return {
      cart,
      status: cart.statusAt(this.clock.now()),
      // Nothing is sent where there is nothing to send.
      quote: isOpen && lines.length > 0 ? this.quotes.price(priced, { ...terms, shippingMethodId }) : unshipped,
      available: new Map(lines.map(({ line, available_quantity }) => [line.product_id, available_quantity])),
      changes: changesOf(cart.lines, sold),
      shippingMethodIsOpen: shippingMethodId === undefined ? null : isOpen,
    };
  }
}
