import { json, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** By what variants differ: `size` as `S`, `M` or `L`. */
export interface GroupOption {
  name: string;
  values: string[];
}

/** What variants share. What is priced, stocked and ordered are the variants, which are products. */
@Entity('product_groups')
export class ProductGroup extends Versioned {
  @PrimaryGeneratedColumn({ name: 'group_id', type: 'int' })
  groupId: number;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'description', type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'options', type: 'text', transformer: json })
  options: GroupOption[];
}
