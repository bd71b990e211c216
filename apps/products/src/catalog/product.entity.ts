import { bigintNumber, json, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { OptionValues } from './option-values.js';

export const PRODUCT_STATUSES = ['active', 'archived'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

@Entity('products')
export class Product extends Versioned {
  @PrimaryGeneratedColumn({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'sku', type: 'varchar', length: 100 })
  sku: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'description', type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'category', type: 'varchar', length: 100, nullable: true })
  category: string | null;

  /** Minor units of the stage's currency. */
  @Column({ name: 'price', type: 'bigint', transformer: bigintNumber })
  price: number;

  /** Of a piece; null if unknown. */
  @Column({ name: 'weight_grams', type: 'int', nullable: true })
  weightGrams: number | null;

  /** Decides, with the address, at which rate it is taxed. */
  @Column({ name: 'tax_category', type: 'varchar', length: 100 })
  taxCategory: string;

  /** The group whose variant it is; given once. */
  @Column({ name: 'group_id', type: 'int', nullable: true })
  groupId: number | null;

  @Column({ name: 'option_values', type: 'text', nullable: true, transformer: json })
  optionValues: OptionValues | null;

  /** Unique within the group; null once the product is archived, so that another one may have its values. */
  @Column({ name: 'variant_key', type: 'varchar', length: 43, nullable: true })
  variantKey: string | null;

  @Column({ name: 'status', type: 'varchar', length: 10 })
  status: ProductStatus;

  /** The folded name: sorts the same on both databases, whatever their collations. */
  @Column({ name: 'name_key', type: 'varchar', length: 255 })
  nameKey: string;

  /** The folded category: compares the same on both databases. */
  @Column({ name: 'category_key', type: 'varchar', length: 100, nullable: true })
  categoryKey: string | null;

  /** Searched by release 0.1.0; this release uses the table `product_words`. */
  @Column({ name: 'search_words', type: 'text' })
  searchWords: string;

  /** What is shown of its images, as JSON (`product-pictures.ts`); null without any. Room `media` writes it. */
  @Column({ name: 'images', type: 'text', nullable: true })
  images: string | null;
}
