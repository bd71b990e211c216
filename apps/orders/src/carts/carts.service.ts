import { Database } from '@app/database';
import { MAX_QUANTITY } from '@app/events';
import { Idempotency, type Reply } from '@app/idempotency';
import {
  type AddressInput,
  assertVersion,
  Clock,
  type ExpectedVersions,
  invalid,
  makeAddress,
  type Visitor,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { shippingMethodUnavailable } from '../pricing/pricing.errors.js';
import type { SoldProducts } from '../stock/inventory.client.js';
import { unknownProduct } from '../stock/stock.errors.js';
import { assertOpen, assertOwn, assertReadable } from './cart-access.js';
import { lineOf, quantityOf, withLine } from './cart-lines.js';
import { CartLine } from './cart-line.entity.js';
import { CartPrices, type PricedCart } from './cart-prices.js';
import { CartWriter } from './cart-writer.js';
import type { Cart } from './cart.entity.js';
import { CartsRepository } from './carts.repository.js';

export interface CartDetails {
  email?: string | null;
  shipping_address?: AddressInput | null;
  billing_address?: AddressInput | null;
  shipping_method_id?: number | null;
  note?: string | null;
  locale?: string | null;
}

/** Who changes a cart, and on which condition. */
export interface ChangeRequest {
  visitor: Visitor;
  ifMatch?: ExpectedVersions | undefined;
  /** For a request that must not happen twice. */
  reply?: Reply<PricedCart>;
}

/** A change of a locked cart; returns whether it has an effect. */
type Edit = (cart: Cart, sold: SoldProducts, at: Date) => boolean;

/**
 * Reads and changes carts. Changes of one cart run one at a time, under the lock of its row; products is asked before, and
 * never while it is held.
 */
@Injectable()
export class CartsService {
  constructor(
    private readonly database: Database,
    private readonly carts: CartsRepository,
    private readonly prices: CartPrices,
    private readonly writer: CartWriter,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `not-found` */
  async get(cartId: string, visitor: Visitor): Promise<PricedCart> {
    const cart = await this.carts.find(cartId);
    assertReadable(visitor, cart);
    return this.prices.now(cart);
  }

  /** Sets the quantity of a product; 0 removes it. @throws DomainError `cart-not-open`, `cart-full`, `unknown-product` */
  put(cartId: string, productId: number, quantity: number, request: ChangeRequest): Promise<PricedCart> {
    if (quantity === 0) return this.remove(cartId, productId, request);
    return this.write(cartId, request, [productId], (cart, sold, at) => {
      putLine(cart, sold, { productId, quantity, at, pointer: '{product_id}' });
      return true;
    });
  }

  /** Adds to the quantity of a product. @throws DomainError `cart-not-open`, `cart-full`, `unknown-product` */
  add(cartId: string, productId: number, added: number, request: ChangeRequest): Promise<PricedCart> {
    return this.write(cartId, request, [productId], (cart, sold, at) => {
      const quantity = (quantityOf(cart.lines, productId) ?? 0) + added;
      if (quantity > MAX_QUANTITY) throw tooMany();
      putLine(cart, sold, { productId, quantity, at, pointer: '/product_id' });
      return true;
    });
  }

  /** Removes a product, also one that is not there. @throws DomainError `cart-not-open` */
  remove(cartId: string, productId: number, request: ChangeRequest): Promise<PricedCart> {
    return this.write(cartId, request, [], (cart) => {
      if (quantityOf(cart.lines, productId) === undefined) return false;
      cart.lines = cart.lines.filter((line) => line.productId !== productId);
      return true;
    });
  }

  /**
   * A method is chosen while it is open; later it may close without the cart's doing.
   *
   * @throws DomainError `cart-not-open`, `shipping-method-unavailable`
   */
  change(cartId: string, details: CartDetails, request: ChangeRequest): Promise<PricedCart> {
    const assertChosen = ({ shippingMethodIsOpen, quote }: PricedCart): void => {
      if (details.shipping_method_id === undefined || shippingMethodIsOpen !== false) return;
      throw shippingMethodUnavailable(quote.shippingOffers.map(({ method }) => method.shippingMethodId));
    };
    return this.write(cartId, request, [], (cart) => setDetails(cart, details), assertChosen);
  }

  private async write(
    cartId: string,
    { visitor, ifMatch, reply }: ChangeRequest,
    productIds: number[],
    edit: Edit,
    accept: (priced: PricedCart) => void = () => undefined,
  ): Promise<PricedCart> {
    const seen = await this.carts.find(cartId);
    assertOwn(visitor, seen);
    assertOpen(seen, this.clock.now());
    const sold = await this.prices.sold(seen.lines, productIds);
    return this.database.transaction(async (tx) => {
      const cart = await this.carts.lock(tx, seen);
      assertOwn(visitor, cart);
      assertVersion(cart.version, ifMatch);
      assertOpen(cart, this.clock.now());
      await this.writer.change(tx, cart, (at) => edit(cart, sold, at));
      const priced = await this.prices.of(cart, sold, tx);
      accept(priced);
      if (reply) await this.idempotency.commit(tx, reply.claim, reply.answer(priced), visitor.caller?.user_id);
      return priced;
    });
  }
}

interface NewLine {
  productId: number;
  quantity: number;
  at: Date;
  /** Of the product in the request. */
  pointer: string;
}

function putLine(cart: Cart, sold: SoldProducts, { productId, quantity, at, pointer }: NewLine): void {
  const product = sold.get(productId);
  if (!product) throw unknownProduct(productId, pointer);
  const line = Object.assign(new CartLine(), { cart: cart.id }, lineOf(product, quantity, at));
  cart.lines = withLine(cart.lines, line);
}

function setDetails(cart: Cart, details: CartDetails): boolean {
  const address = (given: AddressInput | null) => given && makeAddress(given);
  const given = {
    ...(details.email !== undefined && { email: details.email }),
    ...(details.shipping_address !== undefined && { shippingAddress: address(details.shipping_address) }),
    ...(details.billing_address !== undefined && { billingAddress: address(details.billing_address) }),
    ...(details.shipping_method_id !== undefined && { shippingMethodId: details.shipping_method_id }),
    ...(details.note !== undefined && { note: details.note }),
    ...(details.locale !== undefined && { locale: details.locale }),
  } satisfies Partial<Cart>;
  const differs = Object.entries(given).some(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(cart[name as keyof typeof given]),
  );
  Object.assign(cart, given);
  return differs;
}

const tooMany = () => invalid('/quantity', 'max', `A cart takes at most ${MAX_QUANTITY} of one product.`);
