import { Injectable } from '@nestjs/common';
import { InventoryAuditRepository, type ProductBooks } from './inventory-audit.repository.js';

const PRODUCTS_AT_ONCE = 500;
const MOST_SHOWN = 1_000;

export interface InventoryAudit {
  products: number;
  differing: number;
  /** The first thousand that differ. */
  differences: ProductBooks[];
}

/** Rebuilds stock and reserved quantities from the ledger and compares. Changes nothing. */
@Injectable()
export class InventoryAuditService {
  constructor(private readonly books: InventoryAuditRepository) {}

  /** Audits all products, so many `atOnce`. */
  async run(atOnce = PRODUCTS_AT_ONCE): Promise<InventoryAudit> {
    const audit: InventoryAudit = { products: 0, differing: 0, differences: [] };
    for (let after = 0; ;) {
      const last = await this.books.lastOfNext(after, atOnce);
      if (last === undefined) return audit;
      const products = await this.books.books(after, last);
      const differing = products.filter((product) => !agrees(product));
      audit.products += products.length;
      audit.differing += differing.length;
      audit.differences.push(...differing.slice(0, MOST_SHOWN - audit.differences.length));
      after = last;
    }
  }
}

function agrees(product: ProductBooks): boolean {
  const { stock_quantity, stock_rebuilt, reserved_quantity, reserved_rebuilt, reserved_held } = product;
  return (
    stock_quantity === stock_rebuilt && reserved_quantity === reserved_rebuilt && reserved_quantity === reserved_held
  );
}
