import { Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A place in the tree of categories. */
@Entity('categories')
export class Category extends Versioned {
  @PrimaryGeneratedColumn({ name: 'category_id', type: 'int' })
  categoryId: number;

  @Column({ name: 'name', type: 'varchar', length: 100 })
  name: string;

  @Column({ name: 'slug', type: 'varchar', length: 100 })
  slug: string;

  /** Null for a root. */
  @Column({ name: 'parent_id', type: 'int', nullable: true })
  parentId: number | null;

  /** Among its siblings, the lowest first. */
  @Column({ name: 'position', type: 'int' })
  position: number;

  /** Whether products of which it is the main category may still have its former name. */
  @Column({ name: 'renaming', type: 'boolean' })
  isRenaming: boolean;
}
