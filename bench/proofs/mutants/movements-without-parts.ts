import 'reflect-metadata';
import { InventoryRepository } from '../../../apps/products/src/stock/inventory.repository.js';

/** Keys no movement by the shipment, cancellation or return that caused it, so that an event under another id is news. */
InventoryRepository.prototype.hasMovements = () => Promise.resolve(false);
const { insertMovements } = InventoryRepository.prototype;
InventoryRepository.prototype.insertMovements = function (this: InventoryRepository, tx, changes, cause, now) {
  const keyless = { ...cause };
  delete keyless.part_ref;
  return insertMovements.call(this, tx, changes, keyless, now);
};
