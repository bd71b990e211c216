import { randomUUID } from 'node:crypto';
import { guestTokenHash, newGuestToken } from '@app/auth';
import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { CartPrices, type PricedCart } from './cart-prices.js';
import { CartWriter } from './cart-writer.js';
import { Cart } from './cart.entity.js';
import { CartsRepository } from './carts.repository.js';

/** A cart to put things into. */
export interface OpenCart extends PricedCart {
  /** Whether there was none before. */
  isNew: boolean;
  /** Of a guest's new cart; nobody can read it again. */
  token?: string;
}

type Owner = Pick<Cart, 'userId' | 'openUserId' | 'tokenHash'>;

const ownerOf = ({ user_id }: Caller): Owner => ({ userId: user_id, openUserId: user_id, tokenHash: null });

/** A new cart is empty. */
const NOTHING_SOLD = new Map<number, null>();

/** Opens carts: for guests as many as they ask for, for a customer one at a time. */
@Injectable()
export class CartOpeningService {
  constructor(
    private readonly database: Database,
    private readonly carts: CartsRepository,
    private readonly prices: CartPrices,
    private readonly writer: CartWriter,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** The token is part of no stored answer. */
  async forGuest(): Promise<OpenCart> {
    const token = newGuestToken('cart');
    const cart = this.newCart({ userId: null, openUserId: null, tokenHash: guestTokenHash(token) });
    const priced = await this.prices.of(cart, NOTHING_SOLD);
    await this.database.transaction((tx) => this.carts.insert(tx, cart));
    return { ...priced, isNew: true, token };
  }

  /** Returns the customer's open cart; a new one if there is none. */
  async forCustomer(caller: Caller, reply?: Reply<OpenCart>): Promise<OpenCart> {
    const first = this.newCart(ownerOf(caller));
    const opened = { ...(await this.prices.of(first, NOTHING_SOLD)), isNew: true };
    const commit = (tx: Tx) => this.idempotency.commit(tx, reply?.claim, reply?.answer(opened), caller.user_id);
    const cart = await this.openOr(first, commit);
    if (cart === first) return opened;
    this.idempotency.leaveUnused(reply?.claim);
    return { ...(await this.prices.now(cart)), isNew: false };
  }

  /** As `forCustomer`, without the prices. */
  cartOf(caller: Caller): Promise<Cart> {
    return this.openOr(this.newCart(ownerOf(caller)), () => Promise.resolve());
  }

  /** Returns the open cart of the customer, or stores their first one. */
  private async openOr(first: Cart, commit: (tx: Tx) => Promise<void>): Promise<Cart> {
    const open = () => this.database.transaction((tx) => this.foundOr(tx, first, commit));
    return open().catch((error: unknown) => {
      // Another request of this customer was faster: now there is one.
      if (this.carts.isSecondOpenCart(error)) return open();
      throw error;
    });
  }

  private async foundOr(tx: Tx, first: Cart, commit: (tx: Tx) => Promise<void>): Promise<Cart> {
    const found = await this.carts.lockOpenOf(tx, Number(first.openUserId));
    const now = this.clock.now();
    if (found?.statusAt(now) === 'open') return found;
    if (found) await this.carts.expire(found.id, now, tx);
    await this.carts.insert(tx, first);
    await commit(tx);
    return first;
  }

  private newCart(owner: Owner): Cart {
    const now = this.clock.now();
    return Object.assign(new Cart(), {
      ...owner,
      cartId: randomUUID(),
      status: 'open',
      email: null,
      shippingAddress: null,
      billingAddress: null,
      shippingMethodId: null,
      note: null,
      locale: null,
      expiresAt: this.writer.expiryOf(owner, now),
      endedAt: null,
      orderId: null,
      mergedInto: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
      lines: [],
    } satisfies Omit<Cart, 'id' | 'statusAt' | 'end' | 'forgetPerson'>);
  }
}
