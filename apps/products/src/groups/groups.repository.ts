import { Database, forUpdate, ListQuery, lockForChange, type Tx } from '@app/database';
import { Clock, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { noSuchGroup } from './groups.errors.js';
import { ProductGroup } from './product-group.entity.js';

export type GroupFields = Pick<ProductGroup, 'name' | 'description' | 'options'>;

/** Sets times and versions itself. */
@Injectable()
export class GroupsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  list(request: ListRequest): Promise<Page<ProductGroup>> {
    const list = ListQuery.of(this.database.statements(ProductGroup));
    return list.sortable({ created_at: 'created_at' }, 'group_id').page(this.database, request);
  }

  find(groupId: number, tx?: Tx): Promise<ProductGroup | null> {
    return this.database.findOne(ProductGroup, 'WHERE group_id = ?', [groupId], tx);
  }

  /** Locks the group until the transaction ends, without a change of it. @throws DomainError `not-found` */
  async lock(tx: Tx, groupId: number): Promise<ProductGroup> {
    const rest = `WHERE group_id = ?${forUpdate(this.database.dialect)}`;
    const group = await this.database.findOne(ProductGroup, rest, [groupId], tx);
    if (!group) throw noSuchGroup();
    return group;
  }

  /** Locks the group until the transaction ends and counts its version up. @throws DomainError `not-found` */
  async lockForChange(tx: Tx, groupId: number): Promise<ProductGroup> {
    const at = this.clock.now();
    const found = await lockForChange(this.database, tx, ProductGroup, { where: { groupId }, at });
    const group = found ? await this.find(groupId, tx) : null;
    if (!group) throw noSuchGroup();
    return group;
  }

  async insert(tx: Tx, fields: GroupFields): Promise<ProductGroup> {
    const now = this.clock.now();
    const group = Object.assign(new ProductGroup(), fields, { createdAt: now, updatedAt: now, version: 1 });
    const { insertId } = await this.database.insert(ProductGroup, [group], { tx });
    return Object.assign(group, { groupId: insertId });
  }

  replace(tx: Tx, group: ProductGroup): Promise<void> {
    return this.database.replace(ProductGroup, group, tx);
  }

  async remove(tx: Tx, groupId: number): Promise<void> {
    await this.database.execute('DELETE FROM product_groups WHERE group_id = ?', [groupId], tx);
  }
}
