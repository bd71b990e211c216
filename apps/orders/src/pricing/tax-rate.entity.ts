import { Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { TaxRule } from './tax.js';

@Entity({ name: 'tax_rates' })
export class TaxRate extends Versioned implements TaxRule {
  @PrimaryGeneratedColumn({ name: 'tax_rate_id', type: 'int' })
  taxRateId: number;

  @Column({ name: 'name', type: 'varchar', length: 100 })
  name: string;

  @Column({ name: 'country', type: 'varchar', length: 2 })
  country: string;

  @Column({ name: 'region', type: 'varchar', length: 100, nullable: true })
  region: string | null;

  @Column({ name: 'postal_prefix', type: 'varchar', length: 20, nullable: true })
  postalPrefix: string | null;

  @Column({ name: 'tax_category', type: 'varchar', length: 100 })
  taxCategory: string;

  @Column({ name: 'rate', type: 'int' })
  rate: number;

  @Column({ name: 'includes_shipping', type: 'boolean' })
  includesShipping: boolean;

  @Column({ name: 'valid_from', type: 'datetime', precision: 3, nullable: true })
  validFrom: Date | null;

  @Column({ name: 'valid_to', type: 'datetime', precision: 3, nullable: true })
  validTo: Date | null;
}
