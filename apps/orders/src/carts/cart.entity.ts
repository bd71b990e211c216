import { json, Versioned } from '@app/database';
import type { Address } from '@app/kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CartLine } from './cart-line.entity.js';

export const CART_STATUSES = ['open', 'ordered', 'merged', 'expired'] as const;
export type CartStatus = (typeof CART_STATUSES)[number];

/** A customer's or, with a token, a guest's. It holds no stock. */
@Entity({ name: 'carts' })
export class Cart extends Versioned {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id: number;

  /** The UUID by which everybody else knows it. */
  @Column({ name: 'cart_id', type: 'varchar', length: 36 })
  cartId: string;

  /** As stored: one past its time is `expired` before the sweeper comes. */
  @Column({ name: 'status', type: 'varchar', length: 10 })
  status: CartStatus;

  /** Null for a guest's. */
  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId: number | null;

  /** The customer's id while the cart is open, else null. Unique, so that nobody has two. */
  @Column({ name: 'open_user_id', type: 'int', nullable: true })
  openUserId: number | null;

  /** Null for a customer's. */
  @Column({ name: 'token_hash', type: 'varchar', length: 64, nullable: true })
  tokenHash: string | null;

  @Column({ name: 'email', type: 'varchar', length: 255, nullable: true })
  email: string | null;

  @Column({ name: 'shipping_address', type: 'text', nullable: true, transformer: json })
  shippingAddress: Address | null;

  @Column({ name: 'billing_address', type: 'text', nullable: true, transformer: json })
  billingAddress: Address | null;

  /** The choice, whether or not it is open. */
  @Column({ name: 'shipping_method_id', type: 'int', nullable: true })
  shippingMethodId: number | null;

  @Column({ name: 'note', type: 'varchar', length: 1000, nullable: true })
  note: string | null;

  /** BCP 47. */
  @Column({ name: 'locale', type: 'varchar', length: 35, nullable: true })
  locale: string | null;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;

  /** Null while it is open. */
  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt: Date | null;

  /** The order that it became. */
  @Column({ name: 'order_id', type: 'int', nullable: true })
  orderId: number | null;

  /** The `id` of the cart that took its lines. */
  @Column({ name: 'merged_into', type: 'int', nullable: true })
  mergedInto: number | null;

  /** Sorted by product id. Loaded with the cart by the repository. */
  lines: CartLine[];

  statusAt(now: Date): CartStatus {
    return this.status === 'open' && this.expiresAt <= now ? 'expired' : this.status;
  }

  end(status: Exclude<CartStatus, 'open'>, at: Date): void {
    Object.assign(this, { status, openUserId: null, endedAt: at } satisfies Partial<Cart>);
  }

  /** Erases who and where its owner is, and what they wrote. */
  forgetPerson(): void {
    Object.assign(this, PERSON);
  }
}

/** The personal data of a cart, erased. */
export const PERSON = {
  email: null,
  shippingAddress: null,
  billingAddress: null,
  note: null,
} as const satisfies Partial<Cart>;
