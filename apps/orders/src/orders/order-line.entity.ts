import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

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

  /** Minor units. */
  @Column({ name: 'line_total', type: 'bigint', transformer: bigintNumber })
  lineTotal: number;
}
