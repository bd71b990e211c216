import { json, Versioned } from '@app/database';
import type { Address } from '@app/kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An address that a user keeps for orders to come; it is deleted with the user. */
@Entity({ name: 'addresses' })
export class SavedAddress extends Versioned {
  @PrimaryGeneratedColumn({ name: 'address_id', type: 'int' })
  addressId: number;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'address', type: 'text', transformer: json })
  address: Address;

  /** The user's id in their default address, else null. Unique, so that no user has two. */
  @Column({ name: 'default_of', type: 'int', nullable: true })
  defaultOf: number | null;

  get isDefault(): boolean {
    return this.defaultOf !== null;
  }
}
