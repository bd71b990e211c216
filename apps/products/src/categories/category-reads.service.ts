import { Injectable } from '@nestjs/common';
import { type CachedAnswer, CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import type { Category } from '../catalog/category.entity.js';
import { CategoriesRepository } from './categories.repository.js';

/** Reads of categories, cached as lists: every change of one starts a new generation. `answer` makes the response. */
@Injectable()
export class CategoryReadsService {
  constructor(
    private readonly categories: CategoriesRepository,
    private readonly cache: CatalogCache,
  ) {}

  /** All of them, every parent before its children. */
  list(answer: (categories: Category[]) => CachedAnswer): Promise<LookupResult> {
    return this.cache.list('categories', async () => answer((await this.categories.tree()).inOrder()));
  }

  show(categoryId: number, answer: (category: Category) => CachedAnswer): Promise<LookupResult> {
    return this.cache.list(`category ${categoryId}`, async () => {
      const category = await this.categories.findById(categoryId);
      return category && answer(category);
    });
  }
}
