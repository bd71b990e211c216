import { Database, ListQuery, type Tx } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InventoryMovement } from './inventory-movement.entity.js';
import type { Inventory } from './inventory.entity.js';
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

interface InventoryRow {
  inventory_id: number;
  product_id: number;
  stock_quantity: number;
  reserved_quantity: number;
  warehouse_location: string | null;
  low_stock_threshold: number;
  sellable: number;
  updated_at: unknown;
  version: number;
}

const INVENTORY_COLUMNS =
  'inventory_id, product_id, stock_quantity, reserved_quantity, warehouse_location, low_stock_threshold, sellable, updated_at, version';

interface MovementRow {
  movement_id: number;
  product_id: number;
  stock_delta: number;
  reserved_delta: number;
  reason: string;
  order_ref: string | null;
  moved_by: number | null;
  moved_at: unknown;
}

const MOVEMENT_COLUMNS =
  'm.movement_id, m.product_id, m.stock_delta, m.reserved_delta, m.reason, m.order_ref, m.moved_by, m.moved_at';

@Injectable()
export class InventoryRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, products: readonly OpeningStock[], now: Date): Promise<void> {
    const rows = products.map(() => '(?, ?, 0, ?, 0, ?, ?, 1)').join(', ');
    await this.database.execute(
      `INSERT INTO inventory (product_id, stock_quantity, reserved_quantity, warehouse_location, low_stock_threshold, sellable, updated_at, version) VALUES ${rows}`,
      products.flatMap((one) => [one.product_id, one.stock_quantity, one.warehouse_location, true, now]),
      tx,
    );
  }

  async findByProduct(productId: number, tx?: Tx): Promise<Inventory | null> {
    const sql = `SELECT ${INVENTORY_COLUMNS} FROM inventory WHERE product_id = ?`;
    const [row] = await this.database.query<InventoryRow>(sql, [productId], tx);
    return row ? this.toInventory(row) : null;
  }

  async getByProduct(productId: number, tx?: Tx): Promise<Inventory> {
    const inventory = await this.findByProduct(productId, tx);
    if (!inventory) throw noSuchProduct();
    return inventory;
  }

  /** Locks the row until the transaction ends and increments its version, by one statement for both databases. */
  async lockForChange(tx: Tx, productId: number, now: Date): Promise<Inventory> {
    const sql = 'UPDATE inventory SET version = version + 1, updated_at = ? WHERE product_id = ?';
    const { affected } = await this.database.execute(sql, [now, productId], tx);
    if (affected === 0) throw noSuchProduct();
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
    const rows = changes.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
    await this.database.execute(
      `INSERT INTO inventory_movements (product_id, stock_delta, reserved_delta, reason, order_ref, moved_by, moved_at) VALUES ${rows}`,
      changes.flatMap(({ product_id, stock_delta, reserved_delta }) => [
        product_id,
        stock_delta,
        reserved_delta,
        cause.reason,
        cause.order_ref ?? null,
        cause.by ?? null,
        now,
      ]),
      tx,
    );
  }

  async levels(tx: Tx, productIds: readonly number[]): Promise<StockLevel[]> {
    return this.database.query<StockLevel>(
      `SELECT i.product_id, p.sku, p.name, i.stock_quantity - i.reserved_quantity AS available, i.low_stock_threshold, i.version
       FROM inventory i JOIN products p ON p.product_id = i.product_id
       WHERE i.product_id IN (${productIds.map(() => '?').join(', ')})`,
      [...productIds],
      tx,
    );
  }

  async listMovements(productId: number, request: ListRequest): Promise<Page<InventoryMovement>> {
    const page = await ListQuery.from<MovementRow>('inventory_movements m', MOVEMENT_COLUMNS)
      .where('m.product_id = ?', productId)
      // Within one product ids increase with time, since every change locks the product's row.
      .sortable({ at: 'm.movement_id' }, 'm.movement_id')
      .page(this.database, request);
    return { ...page, items: page.items.map((row) => this.toMovement(row)) };
  }

  private toInventory(row: InventoryRow): Inventory {
    return {
      inventoryId: row.inventory_id,
      productId: row.product_id,
      stockQuantity: row.stock_quantity,
      reservedQuantity: row.reserved_quantity,
      warehouseLocation: row.warehouse_location,
      lowStockThreshold: row.low_stock_threshold,
      sellable: Boolean(row.sellable),
      updatedAt: this.database.date(row.updated_at),
      version: row.version,
    };
  }

  private toMovement(row: MovementRow): InventoryMovement {
    return {
      movementId: row.movement_id,
      productId: row.product_id,
      stockDelta: row.stock_delta,
      reservedDelta: row.reserved_delta,
      reason: row.reason,
      orderRef: row.order_ref,
      movedBy: row.moved_by,
      movedAt: this.database.date(row.moved_at),
    };
  }
}
