import { json } from '@app/database';
import type { Address } from '@app/kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An address that a user keeps for orders to come; it is deleted with the user. */
@Entity({ name: 'addresses' })
export class SavedAddress {
  @PrimaryGeneratedColumn({ name: 'address_id', type: 'int' })
  addressId: number;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'address', type: 'text', transformer: json })
  address: Address;

  /** The user's id in their default address, else null. Unique, so that no user has two. */
  @Column({ name: 'default_of', type: 'int', nullable: true })
  defaultOf: number | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;

  @Column({ name: 'version', type: 'int' })
  version: number;

  get isDefault(): boolean {
    return this.defaultOf !== null;
  }
}
