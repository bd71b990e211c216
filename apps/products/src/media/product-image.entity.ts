import { json } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ImageType, Rejection } from './image-rules.js';
import type { StoredStatus } from './image-status.js';
import type { Rendered } from './image-worker.js';

/** A picture of a product, from the wish to upload it to its deletion. */
@Entity('product_images')
export class ProductImage {
  @PrimaryGeneratedColumn({ name: 'image_id', type: 'int' })
  imageId: number;

  @Column({ name: 'product_id', type: 'int' })
  productId: number;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: StoredStatus;

  /** Pictures are shown in this order, and by id where it is the same. */
  @Column({ name: 'position', type: 'int' })
  position: number;

  @Column({ name: 'alt', type: 'varchar', length: 500 })
  alt: string;

  @Column({ name: 'content_type', type: 'varchar', length: 20 })
  contentType: ImageType;

  /** As declared. */
  @Column({ name: 'bytes', type: 'int' })
  bytes: number;

  /** Where the client puts the bytes; null only within the transaction that makes the row. */
  @Column({ name: 'upload_key', type: 'varchar', length: 100, nullable: true })
  uploadKey: string | null;

  /** Of the bytes that were there at the completion: others are not read. */
  @Column({ name: 'etag', type: 'varchar', length: 100, nullable: true })
  etag: string | null;

  @Column({ name: 'rendered', type: 'text', nullable: true, transformer: json })
  rendered: Rendered | null;

  @Column({ name: 'rejection', type: 'varchar', length: 20, nullable: true })
  rejection: Rejection | null;

  /** How often somebody has begun to render it. */
  @Column({ name: 'attempts', type: 'int' })
  attempts: number;

  /** Why the last attempt failed, for operators. */
  @Column({ name: 'failure', type: 'varchar', length: 255, nullable: true })
  failure: string | null;

  /** When somebody looks after it; null where nothing is left to do. */
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt: Date | null;

  @Column({ name: 'completed_at', type: 'datetime', precision: 3, nullable: true })
  completedAt: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;
}
