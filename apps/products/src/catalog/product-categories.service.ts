import type { Tx } from '@app/database';
import { DomainError, invalid } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { ProductCategoriesRepository } from './product-categories.repository.js';
import type { CatalogProduct } from './products.repository.js';

/** What a request says of a product's categories. */
export interface CategoryInput {
  /** A free text, or the name of the main category. */
  category?: string | null | undefined;
  /** The first is the main one. */
  category_ids?: number[] | undefined;
}

/** What to store. */
export interface CategoryChoice {
  /** The text, unless it stays as it is. */
  named: { category?: string | null };
  /** Undefined: the product stays in its categories. */
  ids?: readonly number[];
}

/** Keeps the text `category` of a product in a category equal to the name of its main one. */
@Injectable()
export class ProductCategoriesService {
  constructor(private readonly categories: ProductCategoriesRepository) {}

  /**
   * Returns what the product's categories become. `present` is the locked product, null for a new one. The categories stay
   * as they are until the transaction ends.
   *
   * @throws DomainError `validation-failed` for unknown categories, or a text that is not the main one's name
   */
  async choose(
    tx: Tx,
    { category, category_ids: ids }: CategoryInput,
    present: Pick<CatalogProduct, 'category' | 'categoryIds'> | null,
  ): Promise<CategoryChoice> {
    const wasInSome = present !== null && present.categoryIds.length > 0;
    if (ids === undefined) {
      if (wasInSome) assertSame(category, present.category);
      return { named: category === undefined ? {} : { category } };
    }
    if (ids.length === 0) {
      const left = wasInSome ? null : undefined;
      const text = category === undefined ? left : category;
      return { named: text === undefined ? {} : { category: text }, ids };
    }
    const names = await this.categories.lockNames(tx, ids);
    assertKnown(ids, names);
    const name = names.get(ids[0] as number) as string;
    assertSame(category, name);
    return { named: { category: name }, ids };
  }

  /** Call it in the transaction of `choose`, with its ids. */
  async store(tx: Tx, productId: number, ids: CategoryChoice['ids']): Promise<void> {
    if (ids) await this.categories.replace(tx, productId, ids);
  }
}

function assertKnown(ids: readonly number[], names: ReadonlyMap<number, string>): void {
  const errors = ids.flatMap((id, index) =>
    names.has(id)
      ? []
      : [{ pointer: `/category_ids/${index}`, code: 'unknown-category', message: `There is no category ${id}.` }],
  );
  if (errors.length > 0)
    throw new DomainError('validation-failed', 'The product cannot be in a category that there is not.', { errors });
}

function assertSame(category: string | null | undefined, name: string | null): void {
  if (category === undefined || category?.normalize('NFC') === name) return;
  const sentence =
    'The product is in categories, so its category is the name of the first one. Send other category_ids, or an empty list ' +
    'with a text of your own.';
  throw invalid('/category', 'main-category', sentence);
}
