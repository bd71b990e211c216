import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import {
  assertVersion,
  type Caller,
  Clock,
  type ExpectedVersions,
  hasRole,
  type ListRequest,
  type Page,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type CachedAnswer, CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import { Invalidations, type RecordedChange } from '../cache/invalidations.js';
import type { Inventory } from './inventory.entity.js';
import type { InventoryMovement } from './inventory-movement.entity.js';
import { belowReserved, MAX_STOCK, stockTooLarge } from './inventory.errors.js';
import { InventoryRepository } from './inventory.repository.js';
import { StockLedger } from './stock-ledger.js';

export interface InventoryChange {
  stock_quantity?: number;
  adjustment?: number;
  warehouse_location?: string | null;
  low_stock_threshold?: number;
  reason?: string;
}

@Injectable()
export class InventoryService {
  // eslint-disable-next-line max-params -- a change of stock writes ledger, cache notice and idempotent answer in one transaction
  constructor(
    private readonly database: Database,
    private readonly inventory: InventoryRepository,
    private readonly ledger: StockLedger,
    private readonly cache: CatalogCache,
    private readonly invalidations: Invalidations,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * For display only. Staff see all fields, also of archived products, and never a cached answer. `answer` makes the
   * response that the cache keeps.
   */
  async show(
    productId: number,
    answer: (inventory: Inventory, isStaff: boolean) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const isStaff = hasRole(caller, 'staff');
    const load = async () => {
      const inventory = await this.inventory.findByProduct(productId);
      return inventory && (inventory.sellable || isStaff) ? answer(inventory, isStaff) : null;
    };
    return isStaff ? [await load(), 'BYPASS'] : this.cache.inventory(productId, load);
  }

  /** Changes stock, location and low-stock threshold. `version` is the one that the client has read. */
  async change(
    productId: number,
    input: InventoryChange,
    by: number,
    { claim, answer }: Reply<Inventory>,
    version?: ExpectedVersions,
  ): Promise<Inventory> {
    const { inventory, change } = await this.database.transaction(async (tx) => {
      const present = await this.inventory.lockForChange(tx, productId, this.clock.now());
      assertVersion(present.version - 1, version);
      await this.inventory.changeSettings(tx, productId, {
        warehouseLocation:
          input.warehouse_location === undefined ? present.warehouseLocation : input.warehouse_location,
        lowStockThreshold: input.low_stock_threshold ?? present.lowStockThreshold,
      });
      const change = await this.move(tx, present, input, by);
      const inventory = await this.inventory.getByProduct(productId, tx);
      await this.idempotency.commit(tx, claim, answer(inventory));
      return { inventory, change };
    });
    await this.invalidations.carryOut(change);
    return inventory;
  }

  async movements(productId: number, request: ListRequest): Promise<Page<InventoryMovement>> {
    await this.inventory.getByProduct(productId);
    return this.inventory.listMovements(productId, request);
  }

  private async move(tx: Tx, present: Inventory, input: InventoryChange, by: number): Promise<RecordedChange> {
    const { productId, stockQuantity, reservedQuantity } = present;
    const delta = input.adjustment ?? (input.stock_quantity ?? stockQuantity) - stockQuantity;
    if (delta === 0) return this.invalidations.record(tx, { inventory: [productId] });
    if (stockQuantity + delta < reservedQuantity) throw belowReserved(reservedQuantity);
    if (stockQuantity + delta > MAX_STOCK) throw stockTooLarge('/adjustment');
    const reason = input.reason ?? (input.adjustment === undefined ? 'stock counted' : 'stock adjusted');
    return this.ledger.apply(tx, [{ product_id: productId, stock_delta: delta, reserved_delta: 0 }], { reason, by });
  }
}
