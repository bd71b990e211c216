import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('inventory')
export class Inventory {
  @PrimaryGeneratedColumn({ name: 'inventory_id', type: 'int' })
  inventoryId: number;

  @Column({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'stock_quantity', type: 'int' })
  stockQuantity: number;

  @Column({ name: 'reserved_quantity', type: 'int' })
  reservedQuantity: number;

  @Column({ name: 'warehouse_location', type: 'varchar', length: 255, nullable: true })
  warehouseLocation: string | null;

  @Column({ name: 'low_stock_threshold', type: 'int' })
  lowStockThreshold: number;

  /** False once the product is archived. In this row, so that the reserving UPDATE itself checks it, without a race. */
  @Column({ name: 'sellable', type: 'boolean' })
  sellable: boolean;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;

  @Column({ name: 'version', type: 'int' })
  version: number;
}
