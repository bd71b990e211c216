import type { Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import type { VariantOf } from './option-values.js';
import { type CategoryInput, ProductCategoriesService } from './product-categories.service.js';
import { newProduct, type ProductInput } from './product-fields.js';
import { skuTaken } from './products.errors.js';
import { type CatalogProduct, ProductsRepository } from './products.repository.js';

/** A product that is about to be made. */
export interface Made {
  product: CatalogProduct;
  /** Carry it out after the commit. */
  change: RecordedChange;
}

/** Makes products with their inventories. */
@Injectable()
export class NewProducts {
  constructor(
    private readonly products: ProductsRepository,
    private readonly categories: ProductCategoriesService,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws an error of the database that `failure` explains */
  async make(
    tx: Tx,
    { by, variant, ...input }: ProductInput & CategoryInput & { by: number; variant?: VariantOf },
    { claim, answer }: Reply<CatalogProduct>,
  ): Promise<Made> {
    const { initial_stock = 0, warehouse_location = null } = input;
    const { named, ids } = await this.categories.choose(tx, input, null);
    const product_id = await this.products.insert(tx, newProduct({ ...input, ...named }), this.clock.now(), variant);
    await this.categories.store(tx, product_id, ids);
    await this.ledger.open(tx, [{ product_id, stock_quantity: initial_stock, warehouse_location }], by);
    const product = await this.products.getById(product_id, tx);
    await this.idempotency.commit(tx, claim, answer(product));
    // The cache may also hold that the product does not exist.
    const all = { products: [product_id], inventory: [product_id], lists: true };
    return {
      product,
      change: await this.invalidations.record(tx, { ...all, groups: variant ? [variant.groupId] : [] }),
    };
  }

  /** The error of a transaction that made a product. */
  failure(error: unknown): unknown {
    return this.products.isSkuTaken(error) ? skuTaken() : error;
  }
}
