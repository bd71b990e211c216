import { AuditLog } from '@app/audit';
import { Clock, DomainError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Cart, CartStatus } from '../carts/cart.entity.js';
import { noSuchCart } from '../carts/carts.errors.js';
import { CartsRepository } from '../carts/carts.repository.js';
import { CartsAdminRepository, type ListedCart } from './carts-admin.repository.js';

export interface CartFilter {
  status?: CartStatus;
  userId?: number;
}

/** Operators' access to carts. Each change writes a row to the audit log; nothing of it shows a token. */
@Injectable()
export class CartsAdminService {
  constructor(
    private readonly carts: CartsRepository,
    private readonly admin: CartsAdminRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Returns the newest first, at most `limit`. */
  list(filter: CartFilter, limit: number): Promise<ListedCart[]> {
    return this.admin.list(filter, limit);
  }

  /** @throws DomainError `not-found` */
  async get(cartId: string): Promise<Cart> {
    const cart = await this.carts.find(cartId);
    if (!cart) throw noSuchCart();
    return cart;
  }

  /** Ends an open cart as if its time were over. @throws DomainError `not-found`, `validation-failed` */
  async expire(cartId: string, operator: string): Promise<void> {
    const seen = await this.get(cartId);
    await this.audit.change({ operator, action: 'carts.expire', target: cartId }, async (tx) => {
      const cart = await this.carts.lock(tx, seen);
      if (cart?.status !== 'open')
        throw new DomainError(
          'validation-failed',
          `Cart ${cartId} is ${cart?.status ?? 'gone'}: only an open one expires.`,
        );
      const before = audited(cart);
      const at = this.clock.now();
      cart.end('expired', at);
      cart.forgetPerson();
      Object.assign(cart, { version: cart.version + 1, updatedAt: at });
      await this.carts.save(tx, cart);
      return { before, after: audited(cart), result: undefined };
    });
  }
}

const audited = ({ status, version }: Cart): object => ({ status, version });
