import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One row of the ledger; never changed or deleted. */
@Entity('inventory_movements')
export class InventoryMovement {
  @PrimaryGeneratedColumn({ name: 'movement_id', type: 'int' })
  movementId: number;

  @Column({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'stock_delta', type: 'int' })
  stockDelta: number;

  @Column({ name: 'reserved_delta', type: 'int' })
  reservedDelta: number;

  @Column({ name: 'reason', type: 'varchar', length: 200 })
  reason: string;

  @Column({ name: 'order_ref', type: 'varchar', length: 36, nullable: true })
  orderRef: string | null;

  /** The shipment, cancellation or return; with the product it is unique, so that each moves stock once. */
  @Column({ name: 'part_ref', type: 'varchar', length: 36, nullable: true })
  partRef: string | null;

  /** The user who caused it; null if an order did. */
  @Column({ name: 'moved_by', type: 'int', nullable: true })
  movedBy: number | null;

  @Column({ name: 'moved_at', type: 'datetime', precision: 3 })
  movedAt: Date;
}
