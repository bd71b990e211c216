import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The words that find a product, in a separate table: MySQL copies a table with a full-text index to add a column. */
@Entity('product_words')
export class ProductWords {
  @PrimaryColumn({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'words', type: 'text' })
  words: string;

  /** The version of the product that they are of. */
  @Column({ name: 'of_version', type: 'int' })
  ofVersion: number;
}
