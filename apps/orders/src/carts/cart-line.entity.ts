import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product in a cart, as it was when the line was last put. */
@Entity({ name: 'cart_lines' })
export class CartLine {
  /** The cart's `id`. */
  @PrimaryColumn({ name: 'cart', type: 'int' })
  cart: number;

  @PrimaryColumn({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'quantity', type: 'int' })
  quantity: number;

  @Column({ name: 'sku', type: 'varchar', length: 100 })
  sku: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  /** Minor units, per piece. */
  @Column({ name: 'price', type: 'bigint', transformer: bigintNumber })
  price: number;

  @Column({ name: 'weight_grams', type: 'int', nullable: true })
  weightGrams: number | null;

  @Column({ name: 'tax_category', type: 'varchar', length: 100 })
  taxCategory: string;

  @Column({ name: 'available_quantity', type: 'int' })
  availableQuantity: number;

  @Column({ name: 'put_at', type: 'datetime', precision: 3 })
  putAt: Date;
}
