import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Cart } from './cart.entity.js';
import { CartsRepository } from './carts.repository.js';
import { CartsSettings } from './carts.settings.js';

/** Writes changes of locked carts as their next versions; a change renews the time of an open one. */
@Injectable()
export class CartWriter {
  constructor(
    private readonly carts: CartsRepository,
    private readonly settings: CartsSettings,
    private readonly clock: Clock,
  ) {}

  /** `edit` returns whether it has changed the cart. Never edits lines in place: a changed one is another object. */
  async change(tx: Tx, cart: Cart, edit: (at: Date) => boolean): Promise<void> {
    // Never earlier than the last change, even if this machine's clock is behind the one that wrote it.
    const at = new Date(Math.max(this.clock.now().getTime(), cart.updatedAt.getTime()));
    const former = cart.lines;
    if (!edit(at)) return;
    cart.version += 1;
    cart.updatedAt = at;
    if (cart.status === 'open') cart.expiresAt = this.expiryOf(cart, at);
    await this.carts.save(tx, cart, former);
  }

  expiryOf({ userId }: Pick<Cart, 'userId'>, at: Date): Date {
    const { guestTtlMs, customerTtlMs } = this.settings;
    return new Date(at.getTime() + (userId === null ? guestTtlMs : customerTtlMs));
  }
}
