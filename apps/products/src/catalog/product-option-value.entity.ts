import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An option of a variant, as lists find and count it. */
@Entity('product_option_values')
export class ProductOptionValue {
  @PrimaryColumn({ name: 'product_id', type: 'int' })
  productId: number;

  @PrimaryColumn({ name: 'name_key', type: 'varchar', length: 60 })
  nameKey: string;

  @Column({ name: 'value_key', type: 'varchar', length: 60 })
  valueKey: string;

  @Column({ name: 'value', type: 'varchar', length: 60 })
  value: string;
}
