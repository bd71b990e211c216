import { bigintNumber, json, Versioned } from '@app/database';
import type { Address } from '@app/kernel';
import type { TaxLine } from '../pricing/tax.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { type Destination, readDestination, writeDestination } from './order-address.js';
import { dueOf, type FulfilmentStatus, type PaymentStatus } from './order-axes.js';
import type { OrderHistoryEntry } from './order-history-entry.entity.js';
import type { OrderLine } from './order-line.entity.js';
import { ownerOrGuest } from './order-owner.js';
import { type OrderStatus, TRANSITIONS } from './order-status.js';

/** How an order is sent. */
export interface OrderShipping {
  shipping_method_id: number;
  code: string;
  name: string;
}

const destination = { to: writeDestination, from: readDestination };

/** No text for an empty list, which most orders have. */
const listOrNull = {
  to: (list: TaxLine[]) => (list.length === 0 ? null : JSON.stringify(list)),
  from: (text: string | null) => (text === null ? [] : (JSON.parse(text) as TaxLine[])),
};

@Entity({ name: 'orders' })
export class Order extends Versioned {
  @PrimaryGeneratedColumn({ name: 'order_id', type: 'int' })
  orderId: number;

  /** Identifies the order before it has an id: products holds stock under it. */
  @Column({ name: 'order_ref', type: 'varchar', length: 36 })
  orderRef: string;

  /** Null for a guest. */
  @Column({ name: 'user_id', type: 'int', transformer: ownerOrGuest })
  userId: number | null;

  /** The cart that it was; null if none. */
  @Column({ name: 'cart_id', type: 'varchar', length: 36, nullable: true })
  cartId: string | null;

  /** Empty once erased, as in the events. */
  @Column({ name: 'customer_email', type: 'varchar', length: 255 })
  customerEmail: string;

  @Column({ name: 'customer_name', type: 'varchar', length: 100, nullable: true })
  customerName: string | null;

  /** Null if unknown. */
  @Column({ name: 'customer_email_verified', type: 'boolean', nullable: true })
  customerEmailVerified: boolean | null;

  /** Follows from the two below by a table. */
  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: OrderStatus;

  @Column({ name: 'payment_status', type: 'varchar', length: 20 })
  paymentStatus: PaymentStatus;

  @Column({ name: 'fulfilment_status', type: 'varchar', length: 20 })
  fulfilmentStatus: FulfilmentStatus;

  /** Minor units, as every amount: what the lines cost before discounts and the tax that is added. */
  @Column({ name: 'items_total', type: 'bigint', nullable: true, transformer: bigintNumber })
  itemsTotal: number;

  @Column({ name: 'discount_total', type: 'bigint', transformer: bigintNumber })
  discountTotal: number;

  @Column({ name: 'shipping_total', type: 'bigint', transformer: bigintNumber })
  shippingTotal: number;

  @Column({ name: 'tax_total', type: 'bigint', transformer: bigintNumber })
  taxTotal: number;

  /** Whether the prices include `taxTotal`; otherwise it is added. */
  @Column({ name: 'prices_include_tax', type: 'boolean' })
  pricesIncludeTax: boolean;

  /** The parts of `taxTotal`. */
  @Column({ name: 'tax_lines', type: 'text', nullable: true, transformer: listOrNull })
  taxLines: TaxLine[];

  /** As it was when the order was placed; null if the customer chose none. */
  @Column({ name: 'shipping_method', type: 'text', nullable: true, transformer: json })
  shippingMethod: OrderShipping | null;

  /** Never changes. */
  @Column({ name: 'order_total', type: 'bigint', transformer: bigintNumber })
  orderTotal: number;

  /** Gross: a refund does not lower it. */
  @Column({ name: 'amount_paid', type: 'bigint', transformer: bigintNumber })
  amountPaid: number;

  /** Promised by the customer's bank. */
  @Column({ name: 'amount_authorized', type: 'bigint', transformer: bigintNumber })
  amountAuthorized: number;

  @Column({ name: 'amount_refunded', type: 'bigint', transformer: bigintNumber })
  amountRefunded: number;

  /** Taken back by the customer's bank. */
  @Column({ name: 'amount_disputed', type: 'bigint', transformer: bigintNumber })
  amountDisputed: number;

  /** What was cancelled or came back of it: no longer to be paid, or to go back. Nothing for an order cancelled as a whole. */
  @Column({ name: 'credited_total', type: 'bigint', transformer: bigintNumber })
  creditedTotal: number;

  @Column({ name: 'currency', type: 'varchar', length: 3 })
  currency: string;

  @Column({ name: 'shipping_address', type: 'text', nullable: true, transformer: destination })
  shippingAddress: Destination | null;

  @Column({ name: 'billing_address', type: 'text', nullable: true, transformer: json })
  billingAddress: Address | null;

  /** What the customer wrote about the order. */
  @Column({ name: 'note', type: 'varchar', length: 1000, nullable: true })
  note: string | null;

  /** BCP 47. */
  @Column({ name: 'locale', type: 'varchar', length: 35, nullable: true })
  locale: string | null;

  @Column({ name: 'carrier', type: 'varchar', length: 100, nullable: true })
  carrier: string | null;

  @Column({ name: 'tracking_number', type: 'varchar', length: 100, nullable: true })
  trackingNumber: string | null;

  @Column({ name: 'cancel_reason', type: 'varchar', length: 500, nullable: true })
  cancelReason: string | null;

  /** When the last parcel arrived. */
  @Column({ name: 'delivered_at', type: 'datetime', precision: 3, nullable: true })
  deliveredAt: Date | null;

  @Column({ name: 'hidden_at', type: 'datetime', precision: 3, nullable: true })
  hiddenAt: Date | null;

  /** Sorted by product id. Loaded with the order by the repository. */
  lines: OrderLine[];

  /** Oldest first. Loaded with the order by the repository. */
  history: OrderHistoryEntry[];

  /** What is still to be paid; nothing once the money is secured, or the order cancelled. */
  get amountDue(): number {
    return this.status === 'cancelled' ? 0 : dueOf(this);
  }

  /** Whether no transition is left. */
  get isFinished(): boolean {
    return TRANSITIONS[this.status].length === 0;
  }

  /** Erases where the goods went, or why the order was cancelled: nobody needs it any more. */
  forgetDelivery(): void {
    this.shippingAddress = null;
    this.note = null;
    this.trackingNumber = null;
    this.cancelReason = null;
  }

  /** Whether the customer's account, and with it their personal data, was erased. */
  get isErased(): boolean {
    return this.customerEmail === '';
  }
}
