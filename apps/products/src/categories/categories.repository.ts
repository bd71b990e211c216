import { Database, forUpdate, lockForChange, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Category } from '../catalog/category.entity.js';
import { CategoryTree } from '../catalog/category-tree.js';
import { foldedKey } from '../catalog/folding.js';
import { noSuchCategory } from './categories.errors.js';

export type CategoryFields = Pick<Category, 'name' | 'slug' | 'parentId' | 'position'>;

/** Sets times and versions itself. */
@Injectable()
export class CategoriesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** All categories; siblings by position, then by name. */
  async tree(tx?: Tx): Promise<CategoryTree<Category>> {
    const all = await this.database.find(Category, '', [], tx);
    const keyed = all.map((category) => ({ category, key: foldedKey(category.name, 100) }));
    keyed.sort((a, b) => a.category.position - b.category.position || order(a.key, b.key) || byId(a, b));
    return new CategoryTree(keyed.map(({ category }) => category));
  }

  /** As `tree`; nobody else changes it until the transaction ends. Lock it before any category. */
  async lockTree(tx: Tx): Promise<CategoryTree<Category>> {
    await this.database.execute('UPDATE category_tree SET changes = changes + 1 WHERE tree_id = 1', [], tx);
    return this.tree(tx);
  }

  findById(categoryId: number): Promise<Category | null> {
    return this.database.findOne(Category, 'WHERE category_id = ?', [categoryId]);
  }

  isSlugTaken(error: unknown): boolean {
    return this.database.isDuplicate(error, 'slug');
  }

  async insert(tx: Tx, fields: CategoryFields): Promise<Category> {
    const now = this.clock.now();
    const made = { isRenaming: false, createdAt: now, updatedAt: now, version: 1 };
    const category = Object.assign(new Category(), fields, made);
    await this.database.repository(Category, tx).insert(category);
    return category;
  }

  /**
   * Locks the category until the transaction ends and counts its version up. Waits for transactions that put products
   * into it. @throws DomainError `not-found`
   */
  async lockForChange(tx: Tx, categoryId: number): Promise<Category> {
    const at = this.clock.now();
    if (!(await lockForChange(this.database, tx, Category, { where: { categoryId }, at }))) throw noSuchCategory();
    return this.database.repository(Category, tx).findOneByOrFail({ categoryId });
  }

  /** Locks the category in the same way, without a new version. @throws DomainError `not-found` */
  async lock(tx: Tx, categoryId: number): Promise<Category> {
    const rest = `WHERE category_id = ?${forUpdate(this.database.dialect)}`;
    const category = await this.database.findOne(Category, rest, [categoryId], tx);
    if (!category) throw noSuchCategory();
    return category;
  }

  async change(tx: Tx, { categoryId }: Category, fields: CategoryFields & Pick<Category, 'isRenaming'>): Promise<void> {
    await this.database.repository(Category, tx).update({ categoryId }, fields);
  }

  async remove(tx: Tx, { categoryId }: Category): Promise<void> {
    await this.database.repository(Category, tx).delete({ categoryId });
  }

  /** Categories whose products may still have its former name. */
  renaming(): Promise<Category[]> {
    return this.database.find(Category, 'WHERE renaming = ? ORDER BY category_id', [true]);
  }

  /** All products of this version of the category have its name. */
  async endRenaming({ categoryId, version }: Category): Promise<void> {
    const sql = 'UPDATE categories SET renaming = ? WHERE category_id = ? AND version = ?';
    await this.database.execute(sql, [false, categoryId, version]);
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byId = (a: { category: Category }, b: { category: Category }): number =>
  a.category.categoryId - b.category.categoryId;
