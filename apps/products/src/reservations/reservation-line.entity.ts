import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One line of a reservation, with the snapshot that every repeat returns. */
@Entity('reservation_items')
export class ReservationLine {
  @PrimaryColumn({ name: 'order_ref', type: 'varchar', length: 36 })
  orderRef: string;

  @PrimaryColumn({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'quantity', type: 'int' })
  quantity: number;

  /** Of `quantity`, as is `quantityReleased`. Both of an ended reservation are 0 if the release before has ended it. */
  @Column({ name: 'quantity_consumed', type: 'int' })
  quantityConsumed: number;

  @Column({ name: 'quantity_released', type: 'int' })
  quantityReleased: number;

  @Column({ name: 'sku', type: 'varchar', length: 100 })
  sku: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'price', type: 'bigint', transformer: bigintNumber })
  price: number;

  @Column({ name: 'weight_grams', type: 'int', nullable: true })
  weightGrams: number | null;

  @Column({ name: 'tax_category', type: 'varchar', length: 100 })
  taxCategory: string;

  /** Pieces that a living reservation still holds. */
  get quantityLeft(): number {
    return this.quantity - this.quantityConsumed - this.quantityReleased;
  }
}
