import type { Reply } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { CartOpeningService, type OpenCart } from './cart-opening.service.js';
import type { PricedCart } from './cart-prices.js';
import { noSuchCart } from './carts.errors.js';
import { CartsService } from './carts.service.js';

/** Who acts on whose cart: everybody on their own only. */
export interface CartOfUser {
  caller: Caller;
  user_id: number;
}

/** The caller's open cart, by whose it is. */
@Injectable()
export class UserCartService {
  constructor(
    private readonly opening: CartOpeningService,
    private readonly carts: CartsService,
  ) {}

  /** Begins an empty one where there is none. @throws DomainError `not-found` for another user's */
  get(owner: CartOfUser): Promise<OpenCart> {
    return this.opening.forCustomer(self(owner));
  }

  /** @throws DomainError as `CartsService.add`; `not-found` for another user's */
  async add(
    owner: CartOfUser,
    { product_id, quantity }: { product_id: number; quantity: number },
    reply: Reply<PricedCart>,
  ): Promise<PricedCart> {
    const { cartId } = await this.opening.cartOf(self(owner));
    return this.carts.add(cartId, product_id, quantity, { visitor: owner, reply });
  }

  /** @throws DomainError as `CartsService.put`; `not-found` for another user's */
  async put(
    owner: CartOfUser,
    productId: number,
    { quantity, ifMatch }: { quantity: number; ifMatch?: ExpectedVersions | undefined },
  ): Promise<PricedCart> {
    const { cartId } = await this.opening.cartOf(self(owner));
    return this.carts.put(cartId, productId, quantity, { visitor: owner, ifMatch });
  }
}

function self({ caller, user_id }: CartOfUser): Caller {
  if (caller.user_id !== user_id) throw noSuchCart();
  return caller;
}
