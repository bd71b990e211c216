import { Database } from '@app/database';
import type { Reply } from '@app/idempotency';
import { assertVersion, Clock, type ExpectedVersions } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { NewProducts } from './new-products.js';
import { type CategoryInput, ProductCategoriesService } from './product-categories.service.js';
import { changesOf, type ProductFields, type ProductInput } from './product-fields.js';
import { skuImmutable, stockReserved } from './products.errors.js';
import { type CatalogProduct, ProductsRepository } from './products.repository.js';

@Injectable()
export class ProductsService {
  // eslint-disable-next-line max-params -- a product is written with its stock, its categories and the cache in one transaction
  constructor(
    private readonly database: Database,
    private readonly products: ProductsRepository,
    private readonly categories: ProductCategoriesService,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly making: NewProducts,
    private readonly clock: Clock,
  ) {}

  async create(input: ProductInput & CategoryInput, by: number, reply: Reply<CatalogProduct>): Promise<CatalogProduct> {
    try {
      const { product, change } = await this.database.transaction((tx) =>
        this.making.make(tx, { ...input, by }, reply),
      );
      await this.invalidations.carryOut(change);
      return product;
    } catch (error) {
      throw this.making.failure(error);
    }
  }

  /** `version` is the one that the client has read, if given. */
  async change(
    productId: number,
    input: Partial<ProductFields> & CategoryInput,
    version?: ExpectedVersions,
  ): Promise<CatalogProduct> {
    const { sku, category, category_ids, ...changes } = input;
    const { product, change } = await this.database.transaction(async (tx) => {
      const present = await this.products.lockForChange(tx, productId, this.clock.now());
      assertVersion(present.version - 1, version);
      if (sku !== undefined && sku !== present.sku) throw skuImmutable();
      const { named, ids } = await this.categories.choose(tx, { category, category_ids }, present);
      await this.products.change(tx, present, changesOf({ ...changes, ...named }));
      await this.categories.store(tx, productId, ids);
      const product = await this.products.getById(productId, tx);
      return { product, change: await this.invalidations.record(tx, { products: [productId], lists: true }) };
    });
    await this.invalidations.carryOut(change);
    return product;
  }

  /** Takes the product off sale for good; archiving it twice changes nothing. */
  async archive(productId: number, version?: ExpectedVersions): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      const product = await this.products.lockForChange(tx, productId, this.clock.now());
      assertVersion(product.version - 1, version);
      const all = { products: [productId], inventory: [productId], lists: true };
      const change = await this.invalidations.record(tx, all);
      if (product.status === 'archived') return change;
      if (!(await this.ledger.close(tx, productId))) throw stockReserved();
      await this.products.archive(tx, productId);
      return change;
    });
    await this.invalidations.carryOut(change);
  }
}
