import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product in a category. */
@Entity('product_categories')
export class ProductCategory {
  @PrimaryColumn({ name: 'product_id', type: 'int' })
  productId: number;

  /** 0 is the main category of the product, whose name is the product's `category`. */
  @PrimaryColumn({ name: 'place', type: 'int' })
  place: number;

  @Column({ name: 'category_id', type: 'int' })
  categoryId: number;
}
