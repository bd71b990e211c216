import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { assertVersion, type ExpectedVersions } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations } from '../cache/invalidations.js';
import type { Category } from '../catalog/category.entity.js';
import type { CategoryTree } from '../catalog/category-tree.js';
import { ProductCategoriesRepository } from '../catalog/product-categories.repository.js';
import {
  categoryCircle,
  hasChildren,
  hasProducts,
  MAX_CATEGORIES,
  MAX_DEPTH,
  slugTaken,
  tooDeep,
  tooManyCategories,
  unknownParent,
} from './categories.errors.js';
import { CategoriesRepository, type CategoryFields } from './categories.repository.js';
import { RenamedProductsService } from './renamed-products.service.js';

export interface CategoryInput {
  name: string;
  slug: string;
  parent_id?: number | null;
  position?: number;
}

const PRODUCTS_AT_ONCE = 500;

/** Changes the tree of categories; changes run one at a time, under the lock of the tree. */
@Injectable()
export class CategoriesService {
  constructor(
    private readonly database: Database,
    private readonly categories: CategoriesRepository,
    private readonly products: ProductCategoriesRepository,
    private readonly renamed: RenamedProductsService,
    private readonly invalidations: Invalidations,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws DomainError `slug-taken`, `too-many-categories`, `category-too-deep` */
  create(input: CategoryInput, { claim, answer }: Reply<Category>): Promise<Category> {
    return this.write(async (tx, tree) => {
      if (tree.size >= MAX_CATEGORIES) throw tooManyCategories();
      const { name, slug, parent_id: parentId = null, position = 0 } = input;
      assertRoom(tree, parentId, 1);
      const category = await this.categories.insert(tx, { name: name.normalize('NFC'), slug, parentId, position });
      await this.idempotency.commit(tx, claim, answer(category));
      return category;
    });
  }

  /**
   * `ifMatch` holds the versions that the client has read, if given. Returns once the products of which it is the main
   * category have its new name.
   *
   * @throws DomainError `category-circle`, `slug-taken`, `category-too-deep`
   */
  async change(categoryId: number, input: Partial<CategoryInput>, ifMatch?: ExpectedVersions): Promise<Category> {
    const category = await this.write(async (tx, tree) => {
      const present = await this.categories.lockForChange(tx, categoryId);
      assertVersion(present.version - 1, ifMatch);
      const fields = changed(present, input);
      if (fields.parentId !== present.parentId) assertMovable(tree, categoryId, fields.parentId);
      const isRenaming = present.isRenaming || fields.name !== present.name;
      await this.categories.change(tx, present, { ...fields, isRenaming });
      return Object.assign(present, fields, { isRenaming });
    });
    if (category.isRenaming) await this.renamed.follow(category);
    return category;
  }

  /** @throws DomainError `category-not-empty` */
  async remove(categoryId: number, ifMatch?: ExpectedVersions): Promise<void> {
    let isThere = true;
    while (isThere) isThere = await this.write((tx, tree) => this.removeIfEmpty(tx, tree, { categoryId, ifMatch }));
  }

  /** First takes archived products out of it, some at a time. Returns whether it is still there. */
  private async removeIfEmpty(
    tx: Tx,
    tree: CategoryTree,
    { categoryId, ifMatch }: { categoryId: number; ifMatch: ExpectedVersions | undefined },
  ): Promise<boolean> {
    const category = await this.categories.lock(tx, categoryId);
    assertVersion(category.version, ifMatch);
    if (tree.hasChildren(categoryId)) throw hasChildren();
    if (await this.products.hasProductsOnSale(tx, categoryId)) throw hasProducts();
    if ((await this.products.takeOut(tx, categoryId, PRODUCTS_AT_ONCE)) === PRODUCTS_AT_ONCE) return true;
    await this.categories.remove(tx, category);
    return false;
  }

  private async write<T>(work: (tx: Tx, tree: CategoryTree) => Promise<T>): Promise<T> {
    try {
      const { result, change } = await this.database.transaction(async (tx) => {
        const result = await work(tx, await this.categories.lockTree(tx));
        // Categories are cached as lists.
        return { result, change: await this.invalidations.record(tx, { lists: true }) };
      });
      await this.invalidations.carryOut(change);
      return result;
    } catch (error) {
      throw this.categories.isSlugTaken(error) ? slugTaken() : error;
    }
  }
}

function changed(present: Category, input: Partial<CategoryInput>): CategoryFields {
  const { name = present.name, slug = present.slug, position = present.position } = input;
  const { parent_id: parentId = present.parentId } = input;
  return { name: name.normalize('NFC'), slug, parentId, position };
}

function assertMovable(tree: CategoryTree, categoryId: number, parentId: number | null): void {
  if (parentId !== null && tree.branch(categoryId).includes(parentId)) throw categoryCircle();
  assertRoom(tree, parentId, tree.heightOf(categoryId));
}

/** Below this parent there is room for so many levels. */
function assertRoom(tree: CategoryTree, parentId: number | null, levels: number): void {
  if (parentId === null) return;
  if (!tree.has(parentId)) throw unknownParent();
  if (tree.depthOf(parentId) + levels > MAX_DEPTH) throw tooDeep();
}
