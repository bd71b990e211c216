import { Database, ListQuery, lockForChange, type Tx } from '@app/database';
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

  list({ activeOnly }: { activeOnly: boolean }, request: ListRequest): Promise<Page<ShippingMethod>> {
    const list = ListQuery.of(this.database.statements(ShippingMethod));
    if (activeOnly) list.where('active = 1');
    return list.sortable({ position: 'position' }, 'shipping_method_id').page(this.database, request);
  }

  active(tx?: Tx): Promise<ShippingMethod[]> {
    return this.database.find(ShippingMethod, 'WHERE active = ?', [true], tx);
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

  /** Locks the method until the transaction ends and counts its version up. @throws DomainError `not-found` */
  async lockForChange(tx: Tx, shippingMethodId: number): Promise<ShippingMethod> {
    const at = this.clock.now();
    const found = await lockForChange(this.database, tx, ShippingMethod, { where: { shippingMethodId }, at });
    if (!found) throw noSuchShippingMethod();
    return this.database.repository(ShippingMethod, tx).findOneByOrFail({ shippingMethodId });
  }

  async change(tx: Tx, { shippingMethodId }: ShippingMethod, fields: ShippingFields): Promise<void> {
    await this.database.repository(ShippingMethod, tx).update({ shippingMethodId }, fields);
  }

  async remove(tx: Tx, { shippingMethodId }: ShippingMethod): Promise<void> {
    await this.database.repository(ShippingMethod, tx).delete({ shippingMethodId });
  }
}
