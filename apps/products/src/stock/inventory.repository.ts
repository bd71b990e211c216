import { Database, inList, ListQuery, lockForChange, type Tx } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InventoryMovement } from './inventory-movement.entity.js';
import { Inventory } from './inventory.entity.js';
import { noSuchProduct } from './inventory.errors.js';

/** One change of a product's stock or reserved quantity. */
export interface StockChange {
  product_id: number;
  stock_delta: number;
  reserved_delta: number;
}

/** Why and by whom, for all changes of one transaction. */
export interface StockCause {
  reason: string;
  order_ref?: string;
  /** The key of a part: a second movement of a product with it is refused. */
  part_ref?: string;
  by?: number;
}

export interface StockLevel {
  product_id: number;
  sku: string;
  name: string;
  available: number;
  low_stock_threshold: number;
  version: number;
}

/** The first stock of a new product. */
export interface OpeningStock {
  product_id: number;
  stock_quantity: number;
  warehouse_location: string | null;
}

export type StorageSettings = Pick<Inventory, 'warehouseLocation' | 'lowStockThreshold'>;

@Injectable()
export class InventoryRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, products: readonly OpeningStock[], now: Date): Promise<void> {
    const rows = products.map((one) => ({
      productId: one.product_id,
      stockQuantity: one.stock_quantity,
      reservedQuantity: 0,
      warehouseLocation: one.warehouse_location,
      lowStockThreshold: 0,
      sellable: true,
      updatedAt: now,
      version: 1,
    }));
    await this.database.insert(Inventory, rows, { tx });
  }

  findByProduct(productId: number, tx?: Tx): Promise<Inventory | null> {
    return this.database.findOne(Inventory, 'WHERE product_id = ?', [productId], tx);
  }

  async getByProduct(productId: number, tx?: Tx): Promise<Inventory> {
    const inventory = await this.findByProduct(productId, tx);
    if (!inventory) throw noSuchProduct();
    return inventory;
  }

  /** Locks the row until the transaction ends and counts its version up. @throws DomainError `not-found` */
  async lockForChange(tx: Tx, productId: number, at: Date): Promise<Inventory> {
    if (!(await lockForChange(this.database, tx, Inventory, { where: { productId }, at }))) throw noSuchProduct();
    return this.getByProduct(productId, tx);
  }

  async changeSettings(tx: Tx, productId: number, settings: StorageSettings): Promise<void> {
    const sql = 'UPDATE inventory SET warehouse_location = ?, low_stock_threshold = ? WHERE product_id = ?';
    await this.database.execute(sql, [settings.warehouseLocation, settings.lowStockThreshold, productId], tx);
  }

  /** Stops further reservations. False while some stock is reserved. */
  async stopSelling(tx: Tx, productId: number, now: Date): Promise<boolean> {
    const sql =
      'UPDATE inventory SET sellable = ?, version = version + 1, updated_at = ? WHERE product_id = ? AND reserved_quantity = 0';
    return (await this.database.execute(sql, [false, now, productId], tx)).affected === 1;
  }

  /**
   * Prevents overselling: one statement checks and changes, so no stale read decides. False if the change would violate
   * `0 ≤ reserved ≤ stock`, or reserves a product that is no longer sold.
   */
  async applyChange(tx: Tx, change: StockChange, now: Date): Promise<boolean> {
    const { product_id, stock_delta, reserved_delta } = change;
    const sold = reserved_delta > 0 ? ' AND sellable = ?' : '';
    const { affected } = await this.database.execute(
      `UPDATE inventory SET stock_quantity = stock_quantity + ?, reserved_quantity = reserved_quantity + ?,
         version = version + 1, updated_at = ?
       WHERE product_id = ? AND stock_quantity - reserved_quantity >= ? AND reserved_quantity >= ?${sold}`,
      [
        stock_delta,
        reserved_delta,
        now,
        product_id,
        reserved_delta - stock_delta,
        -reserved_delta,
        ...(sold ? [true] : []),
      ],
      tx,
    );
    return affected === 1;
  }

  async insertMovements(tx: Tx, changes: readonly StockChange[], cause: StockCause, now: Date): Promise<void> {
    const rows = changes.map(({ product_id, stock_delta, reserved_delta }) => ({
      productId: product_id,
      stockDelta: stock_delta,
      reservedDelta: reserved_delta,
      reason: cause.reason,
      orderRef: cause.order_ref ?? null,
      partRef: cause.part_ref ?? null,
      movedBy: cause.by ?? null,
      movedAt: now,
    }));
    await this.database.insert(InventoryMovement, rows, { tx });
  }

  async hasMovements(tx: Tx, partRef: string): Promise<boolean> {
    const sql = 'SELECT movement_id FROM inventory_movements WHERE part_ref = ? LIMIT 1';
    return (await this.database.query(sql, [partRef], tx)).length > 0;
  }

  /** Whether the error means that a part has already moved one of these products. */
  isRepeat(error: unknown): boolean {
    return this.database.isDuplicate(error, 'part_ref');
  }

  async levels(tx: Tx, productIds: readonly number[]): Promise<StockLevel[]> {
    return this.database.query<StockLevel>(
      `SELECT i.product_id, p.sku, p.name, i.stock_quantity - i.reserved_quantity AS available, i.low_stock_threshold, i.version
       FROM inventory i JOIN products p ON p.product_id = i.product_id
       WHERE i.product_id ${inList(productIds)}`,
      [...productIds],
      tx,
    );
  }

  listMovements(productId: number, request: ListRequest): Promise<Page<InventoryMovement>> {
    return (
      ListQuery.of(this.database.statements(InventoryMovement))
        .where('product_id = ?', productId)
        // Within one product ids increase with time, since every change locks the product's row.
        .sortable({ at: 'movement_id' }, 'movement_id')
        .page(this.database, request)
    );
  }
}
