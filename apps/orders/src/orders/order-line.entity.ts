import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Pieces of one line of an order. */
export interface LinePieces {
  order_item_id: number;
  quantity: number;
}

/** One line of an order: a copy of the product as it was when the order was placed. */
@Entity({ name: 'order_items' })
export class OrderLine {
  @PrimaryGeneratedColumn({ name: 'order_item_id', type: 'int' })
  orderLineId: number;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'sku', type: 'varchar', length: 100 })
  sku: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'quantity', type: 'int' })
  quantity: number;

  /** Minor units. */
  @Column({ name: 'price_at_order', type: 'bigint', transformer: bigintNumber })
  priceAtOrder: number;

  /** Minor units: this line's part of the discounts of the order. */
  @Column({ name: 'discount_total', type: 'bigint', transformer: bigintNumber })
  discountTotal: number;

  /** Minor units, after the discount. */
  @Column({ name: 'line_total', type: 'bigint', transformer: bigintNumber })
  lineTotal: number;

  /** Parts per million. */
  @Column({ name: 'tax_rate', type: 'int' })
  taxRate: number;

  /** Minor units. */
  @Column({ name: 'tax_total', type: 'bigint', transformer: bigintNumber })
  taxTotal: number;

  /** Packed in a shipment that has not left. */
  @Column({ name: 'quantity_prepared', type: 'int' })
  quantityPrepared: number;

  @Column({ name: 'quantity_shipped', type: 'int' })
  quantityShipped: number;

  @Column({ name: 'quantity_cancelled', type: 'int' })
  quantityCancelled: number;

  /** Of those shipped. */
  @Column({ name: 'quantity_returned', type: 'int' })
  quantityReturned: number;

  /** Differs when pieces were prepared, shipped, cancelled or returned. */
  get pieces(): string {
    return `${this.quantityPrepared} ${this.quantityShipped} ${this.quantityCancelled} ${this.quantityReturned}`;
  }
}
