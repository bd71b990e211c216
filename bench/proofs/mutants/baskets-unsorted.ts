import 'reflect-metadata';
import { InventoryRepository } from '../../../apps/products/src/stock/inventory.repository.js';
import { StockLedger, StockRefusedError } from '../../../apps/products/src/stock/stock-ledger.js';

/** Locks a basket's lines in any order. */
StockLedger.prototype.apply = async function (tx, changes, cause) {
  const { inventory } = this as unknown as { inventory: InventoryRepository };
  const now = new Date();
  const unsorted = changes.toSorted(() => Math.random() - 0.5);
  await inventory.insertMovements(tx, unsorted, cause, now);
  for (const change of unsorted) {
    if (!(await inventory.applyChange(tx, change, now))) throw new StockRefusedError([change]);
  }
  return { notices: [] };
};
