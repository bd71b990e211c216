import { Database, ListQuery, type Tx } from '@app/database';
import { Clock, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { SavedAddress } from './saved-address.entity.js';

type Fields = Pick<SavedAddress, 'address' | 'defaultOf'>;

/** Sets times and versions itself. Whoever writes holds the user's lock. */
@Injectable()
export class AddressesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  list(userId: number, request: ListRequest): Promise<Page<SavedAddress>> {
    return ListQuery.of(this.database.statements(SavedAddress))
      .where('user_id = ?', userId)
      .sortable({ address_id: 'address_id' }, 'address_id')
      .page(this.database, request);
  }

  find(userId: number, addressId: number): Promise<SavedAddress | null> {
    return this.database.repository(SavedAddress).findOneBy({ userId, addressId });
  }

  /** Returns all of a user's, oldest first. */
  ofUser(tx: Tx, userId: number): Promise<SavedAddress[]> {
    return this.database.repository(SavedAddress, tx).find({ where: { userId }, order: { addressId: 'ASC' } });
  }

  async insert(tx: Tx, fields: Fields & Pick<SavedAddress, 'userId'>): Promise<SavedAddress> {
    const now = this.clock.now();
    const saved = Object.assign(new SavedAddress(), fields, { createdAt: now, updatedAt: now, version: 1 });
    await this.database.repository(SavedAddress, tx).insert(saved);
    return saved;
  }

  /** Writes the change with the next version. */
  async change(tx: Tx, saved: SavedAddress, change: Partial<Fields>): Promise<void> {
    const written = { ...change, updatedAt: this.clock.now(), version: saved.version + 1 };
    await this.database.repository(SavedAddress, tx).update({ addressId: saved.addressId }, written);
    Object.assign(saved, written);
  }

  async remove(tx: Tx, { addressId }: SavedAddress): Promise<void> {
    await this.database.repository(SavedAddress, tx).delete({ addressId });
  }
}
