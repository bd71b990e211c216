import { bigintNumber, json, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ShippingBasis, ShippingStep, ShippingTerms } from './shipping.js';

@Entity({ name: 'shipping_methods' })
export class ShippingMethod extends Versioned implements ShippingTerms {
  @PrimaryGeneratedColumn({ name: 'shipping_method_id', type: 'int' })
  shippingMethodId: number;

  @Column({ name: 'code', type: 'varchar', length: 100 })
  code: string;

  @Column({ name: 'name', type: 'varchar', length: 100 })
  name: string;

  @Column({ name: 'countries', type: 'text', transformer: json })
  countries: string[];

  // BY is a word of SQL.
  @Column({ name: 'basis', type: 'varchar', length: 10 })
  by: ShippingBasis;

  @Column({ name: 'steps', type: 'text', transformer: json })
  steps: ShippingStep[];

  @Column({ name: 'free_from', type: 'bigint', nullable: true, transformer: bigintNumber })
  freeFrom: number | null;

  @Column({ name: 'position', type: 'int' })
  position: number;

  @Column({ name: 'active', type: 'boolean' })
  isActive: boolean;
}
