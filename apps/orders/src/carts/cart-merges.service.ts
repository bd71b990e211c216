import { guestTokenHash } from '@app/auth';
import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, Clock, type Guest } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { assertOpen, assertOwn } from './cart-access.js';
import { mergedLines } from './cart-lines.js';
import { CartPrices, type PricedCart } from './cart-prices.js';
import { CartWriter } from './cart-writer.js';
import type { Cart } from './cart.entity.js';
import { noSuchCart } from './carts.errors.js';
import { CartsRepository } from './carts.repository.js';

/** A guest's cart, and the token that proves it. */
export interface GuestsCart {
  cart_id: string;
  cart_token: string;
}

interface Pair {
  own: Cart;
  guests: Cart;
}

/** Moves what somebody has put into a guest's cart into their own, once they have logged in. */
@Injectable()
export class CartMergesService {
  constructor(
    private readonly database: Database,
    private readonly carts: CartsRepository,
    private readonly prices: CartPrices,
    private readonly writer: CartWriter,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * No line is lost, of one product the larger quantity counts, and a second time changes nothing.
   *
   * @throws DomainError `not-found` for somebody else's cart, `cart-not-open`, `cart-full`
   */
  async merge(cartId: string, from: GuestsCart, caller: Caller, reply: Reply<PricedCart>): Promise<PricedCart> {
    const seen = await this.find(cartId, from, caller);
    if (isMerged(seen)) return this.asItIs(seen.own, reply);
    const sold = await this.prices.sold([...seen.own.lines, ...seen.guests.lines]);
    const merged = await this.database.transaction(async (tx) => {
      const pair = await this.lock(tx, seen);
      if (isMerged(pair)) return undefined;
      await this.move(tx, pair);
      const priced = await this.prices.of(pair.own, sold, tx);
      await this.idempotency.commit(tx, reply.claim, reply.answer(priced), caller.user_id);
      return priced;
    });
    return merged ?? this.asItIs((await this.find(cartId, from, caller)).own, reply);
  }

  private asItIs(own: Cart, { claim }: Reply<PricedCart>): Promise<PricedCart> {
    this.idempotency.leaveUnused(claim);
    return this.prices.now(own);
  }

  /** The guest's first: where that one is merged already, the own one must be what it has become by it. */
  private async find(cartId: string, { cart_id, cart_token }: GuestsCart, caller: Caller): Promise<Pair> {
    const guest: Guest = { of: 'cart', id: cart_id, tokenHash: guestTokenHash(cart_token) };
    const guests = await this.carts.find(cart_id.toLowerCase());
    const own = await this.carts.find(cartId);
    assertOwn({ caller }, own);
    assertOwn({ guest }, guests);
    return { own, guests };
  }

  /** The older one first, as everybody does, so that nobody waits for each other. */
  private async lock(tx: Tx, { own, guests }: Pair): Promise<Pair> {
    const locked = new Map<Cart, Cart | null>();
    for (const cart of [own, guests].sort((a, b) => a.id - b.id)) locked.set(cart, await this.carts.lock(tx, cart));
    const [mine, theirs] = [locked.get(own), locked.get(guests)];
    if (!mine || !theirs) throw noSuchCart();
    return { own: mine, guests: theirs };
  }

  private async move(tx: Tx, { own, guests }: Pair): Promise<void> {
    const now = this.clock.now();
    assertOpen(own, now);
    assertOpen(guests, now);
    await this.writer.change(tx, own, () => {
      own.lines = mergedLines(own.lines, guests.lines, own.id);
      fillIn(own, guests);
      return true;
    });
    await this.writer.change(tx, guests, (at) => {
      guests.end('merged', at);
      guests.mergedInto = own.id;
      guests.forgetPerson();
      return true;
    });
  }
}

const isMerged = ({ own, guests }: Pair): boolean => guests.mergedInto === own.id;

/** What the customer has not said yet, they have said as a guest. */
function fillIn(own: Cart, { email, shippingAddress, billingAddress, shippingMethodId, note, locale }: Cart): void {
  own.email ??= email;
  own.shippingAddress ??= shippingAddress;
  own.billingAddress ??= billingAddress;
  own.shippingMethodId ??= shippingMethodId;
  own.note ??= note;
  own.locale ??= locale;
}
