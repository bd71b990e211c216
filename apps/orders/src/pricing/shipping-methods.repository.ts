import { Database, ListQuery, type Tx } from '@app/database';
import { Clock, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { noSuchShippingMethod } from './pricing.errors.js';
import { ShippingMethod } from './shipping-method.entity.js';

export type ShippingFields = Omit<ShippingMethod, 'shippingMethodId' | 'createdAt' | 'updatedAt' | 'version'>;

/** Sets times and versions itself. */
@Injectable()
export class ShippingMethodsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async list({ activeOnly }: { activeOnly: boolean }, request: ListRequest): Promise<Page<ShippingMethod>> {
    const statements = this.database.statements(ShippingMethod);
    const list = ListQuery.from<object>('shipping_methods', statements.columnList());
    if (activeOnly) list.where('active = 1');
    const page = await list.sortable({ position: 'position' }, 'shipping_method_id').page(this.database, request);
    return { ...page, items: page.items.map((row) => statements.toEntity(row)) };
  }

  active(): Promise<ShippingMethod[]> {
    return this.database.repository(ShippingMethod).findBy({ isActive: true });
  }

  count(tx: Tx): Promise<number> {
    return this.database.repository(ShippingMethod, tx).count();
  }

  find(shippingMethodId: number): Promise<ShippingMethod | null> {
    return this.database.repository(ShippingMethod).findOneBy({ shippingMethodId });
  }

  isCodeTaken(error: unknown): boolean {
    return this.database.isDuplicate(error, 'code');
  }

  async insert(tx: Tx, fields: ShippingFields): Promise<ShippingMethod> {
    const now = this.clock.now();
    const method = Object.assign(new ShippingMethod(), fields, { createdAt: now, updatedAt: now, version: 1 });
    await this.database.repository(ShippingMethod, tx).insert(method);
    return method;
  }

  /** Locks the method until the transaction ends and increments its version, by one statement for both databases. */
  async lockForChange(tx: Tx, shippingMethodId: number): Promise<ShippingMethod> {
    const sql = 'UPDATE shipping_methods SET version = version + 1, updated_at = ? WHERE shipping_method_id = ?';
    const { affected } = await this.database.execute(sql, [this.clock.now(), shippingMethodId], tx);
    if (affected === 0) throw noSuchShippingMethod();
    return this.database.repository(ShippingMethod, tx).findOneByOrFail({ shippingMethodId });
  }

  async change(tx: Tx, { shippingMethodId }: ShippingMethod, fields: ShippingFields): Promise<void> {
    await this.database.repository(ShippingMethod, tx).update({ shippingMethodId }, fields);
  }

  async remove(tx: Tx, { shippingMethodId }: ShippingMethod): Promise<void> {
    await this.database.repository(ShippingMethod, tx).delete({ shippingMethodId });
  }
}
