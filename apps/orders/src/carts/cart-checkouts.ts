import type { Tx } from '@app/database';
import { Clock, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { assertOpen, assertOwn } from './cart-access.js';
import { CartWriter } from './cart-writer.js';
import type { Cart } from './cart.entity.js';
import { cartChanged } from './carts.errors.js';
import { CartsRepository } from './carts.repository.js';

/** A cart as its owner has seen it. */
export interface SeenCart {
  cartId: string;
  version: number;
  visitor: Visitor;
}

/** What an order needs of its cart: read it, take it in the order's transaction, and end it there. */
@Injectable()
export class CartCheckouts {
  constructor(
    private readonly carts: CartsRepository,
    private readonly writer: CartWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the cart with its lines, before anybody is asked for stock.
   *
   * @throws DomainError `not-found`, `cart-not-open`, `cart-changed`
   */
  async find(seen: SeenCart): Promise<Cart> {
    const cart = await this.carts.find(seen.cartId);
    return this.check(cart, seen);
  }

  /**
   * Locks the cart until the transaction ends, still as it was seen.
   *
   * @throws DomainError `not-found`, `cart-not-open`, `cart-changed`
   */
  async lock(tx: Tx, cart: Cart, seen: SeenCart): Promise<Cart> {
    return this.check(await this.carts.lock(tx, cart), seen);
  }

  /** Ends a locked cart: it has become this order. */
  async end(tx: Tx, cart: Cart, orderId: number): Promise<void> {
    await this.writer.change(tx, cart, (at) => {
      cart.end('ordered', at);
      cart.orderId = orderId;
      return true;
    });
  }

  private check(cart: Cart | null, { visitor, version }: SeenCart): Cart {
    assertOwn(visitor, cart);
    assertOpen(cart, this.clock.now());
    if (cart.version !== version) throw cartChanged(cart.version);
    return cart;
  }
}
