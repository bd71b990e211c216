import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Invalidations, UNCHANGED } from '../cache/invalidations.js';
import type { Category } from '../catalog/category.entity.js';
import { ProductCategoriesRepository } from '../catalog/product-categories.repository.js';
import { CategoriesRepository } from './categories.repository.js';

const PRODUCTS_AT_ONCE = 500;

/** Gives products the new name of their main category. */
@Injectable()
export class RenamedProductsService {
  constructor(
    private readonly database: Database,
    private readonly categories: CategoriesRepository,
    private readonly products: ProductCategoriesRepository,
    private readonly invalidations: Invalidations,
  ) {}

  /**
   * Renames the products of a category that was renamed, 500 in a transaction. Products that came into it meanwhile have its
   * name already. May be repeated, and run at once.
   */
  async follow(category: Category): Promise<void> {
    for (let last = 0; ;) {
      const found = await this.products.ofMain(category.categoryId, last, PRODUCTS_AT_ONCE);
      const others = found.filter((product) => product.category !== category.name);
      const ids = others.map(({ product_id }) => product_id);
      if (ids.length > 0) await this.rename(category, ids);
      if (found.length < PRODUCTS_AT_ONCE) break;
      last = found.at(-1)?.product_id ?? last;
    }
    await this.categories.endRenaming(category);
  }

  private async rename({ categoryId }: Category, productIds: readonly number[]): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      const products = await this.products.rename(tx, categoryId, productIds);
      return products.length > 0 ? this.invalidations.record(tx, { products, lists: true }) : UNCHANGED;
    });
    await this.invalidations.carryOut(change);
  }
}
