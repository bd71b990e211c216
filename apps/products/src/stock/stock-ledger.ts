import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange } from '../cache/invalidations.js';
import { inventoryLow } from './inventory-events.js';
import {
  InventoryRepository,
  type OpeningStock,
  type StockCause,
  type StockChange,
  type StockLevel,
} from './inventory.repository.js';

/** The stock does not allow the change. The caller must roll back. */
export class StockRefusedError extends Error {
  /** `refused` is the first refused change and those not tried after it. */
  constructor(readonly refused: readonly StockChange[]) {
    super('The stock does not allow this change.');
  }
}

/** The only way to change stock and reserved quantities: the row and its ledger row in one transaction. */
@Injectable()
export class StockLedger {
  constructor(
    private readonly inventory: InventoryRepository,
    private readonly outbox: Outbox,
    private readonly invalidations: Invalidations,
    private readonly clock: Clock,
  ) {}

  /** Creates the inventories of new products, with their first stock as first movement. `by` created the products. */
  async open(tx: Tx, products: readonly OpeningStock[], by?: number): Promise<void> {
    const now = this.clock.now();
    await this.inventory.insert(tx, products, now);
    const stocked = products.filter(({ stock_quantity }) => stock_quantity > 0);
    if (stocked.length === 0) return;
    const changes = stocked.map(({ product_id, stock_quantity: stock_delta }) => ({
      product_id,
      stock_delta,
      reserved_delta: 0,
    }));
    const cause = { reason: 'initial stock', ...(by !== undefined && { by }) };
    await this.inventory.insertMovements(tx, changes, cause, now);
  }

  /** Refuses further reservations. False while some stock is reserved. */
  close(tx: Tx, productId: number): Promise<boolean> {
    return this.inventory.stopSelling(tx, productId, this.clock.now());
  }

  /** Whether a shipment, cancellation or return has moved its stock. */
  knows(tx: Tx, partRef: string): Promise<boolean> {
    return this.inventory.hasMovements(tx, partRef);
  }

  /** Whether `apply` has failed because its part has moved its stock before. */
  isRepeat(error: unknown): boolean {
    return this.inventory.isRepeat(error);
  }

  /**
   * Applies changes of different products, all or none, and publishes low stock. Returns the invalidation that the
   * caller must carry out after its commit.
   *
   * @throws StockRefusedError
   */
  async apply(tx: Tx, changes: readonly StockChange[], cause: StockCause): Promise<RecordedChange> {
    const now = this.clock.now();
    // The same lock order for all: otherwise two baskets could deadlock.
    const sorted = changes.toSorted((a, b) => a.product_id - b.product_id);
    // Inserts first, since the UPDATE locks a popular product's row until the commit.
    const ids = sorted.map(({ product_id }) => product_id);
    await this.inventory.insertMovements(tx, sorted, cause, now);
    const shown = await this.invalidations.record(tx, { products: ids, inventory: ids });
    for (const [index, change] of sorted.entries()) {
      if (!(await this.inventory.applyChange(tx, change, now))) throw new StockRefusedError(sorted.slice(index));
    }
    const levels = new Map((await this.inventory.levels(tx, ids)).map((level) => [level.product_id, level]));
    const crossings = sorted.map((change) => crossing(change, levels.get(change.product_id)));
    for (const { low } of crossings) {
      if (low) await this.outbox.append(tx, inventoryLow(low, now));
    }
    if (!crossings.some(({ soldOutChanged }) => soldOutChanged)) return shown;
    const listed = await this.invalidations.record(tx, { lists: true });
    return { ...shown, lists: true, notices: [...shown.notices, ...listed.notices] };
  }
}

/** Whether a change crossed the low-stock threshold, or zero. */
function crossing(change: StockChange, after: StockLevel | undefined): { low?: StockLevel; soldOutChanged: boolean } {
  if (!after) throw new Error(`Product ${change.product_id} has no inventory.`);
  const before = after.available - change.stock_delta + change.reserved_delta;
  const ranLow = before > after.low_stock_threshold && after.available <= after.low_stock_threshold;
  return { ...(ranLow && { low: after }), soldOutChanged: before > 0 !== after.available > 0 };
}
