import { Database, forUpdate, inList, type Tx } from '@app/database';
import { notFound } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type ImageStep, PRESENT, STEPS, type StoredStatus } from './image-status.js';
import { ProductImage } from './product-image.entity.js';

/** What a step changes besides the status. */
export type ImageChanges = Partial<Pick<ProductImage, 'etag' | 'rendered' | 'rejection' | 'completedAt'>>;

export interface ImageFilter {
  status?: StoredStatus | undefined;
  product_id?: number | undefined;
  /** Only those whose last attempt failed. */
  failed?: boolean | undefined;
}

const IN_ORDER = 'ORDER BY position, image_id';

@Injectable()
export class ImagesRepository {
  constructor(private readonly database: Database) {}

  /** Its upload has a key from then on, which names it. */
  async insert(tx: Tx, image: Partial<ProductImage>, uploadKey: (imageId: number) => string): Promise<ProductImage> {
    const { insertId } = await this.database.insert(ProductImage, [image], { tx });
    const sql = 'UPDATE product_images SET upload_key = ? WHERE image_id = ?';
    await this.database.execute(sql, [uploadKey(insertId), insertId], tx);
    return this.getById(insertId, tx);
  }

  /** @throws DomainError `not-found`, also for a deleted one */
  async getById(imageId: number, tx?: Tx): Promise<ProductImage> {
    const image = await this.database.findOne(ProductImage, 'WHERE image_id = ?', [imageId], tx);
    if (!image || image.status === 'deleted') throw notFound('image');
    return image;
  }

  /** Locks the image until the transaction ends. @throws DomainError `not-found` */
  async lock(tx: Tx, imageId: number): Promise<ProductImage> {
    const sql = `WHERE image_id = ?${forUpdate(this.database.dialect)}`;
    const image = await this.database.findOne(ProductImage, sql, [imageId], tx);
    if (!image || image.status === 'deleted') throw notFound('image');
    return image;
  }

  /** The images of a product, in their order. */
  ofProduct(tx: Tx, productId: number, { locked = false } = {}): Promise<ProductImage[]> {
    const lock = locked ? forUpdate(this.database.dialect) : '';
    const sql = `WHERE product_id = ? AND status ${inList(PRESENT)} ${IN_ORDER}${lock}`;
    return this.database.find(ProductImage, sql, [productId, ...PRESENT], tx);
  }

  ready(tx: Tx, productId: number): Promise<ProductImage[]> {
    return this.database.find(ProductImage, `WHERE product_id = ? AND status = 'ready' ${IN_ORDER}`, [productId], tx);
  }

  /** Takes a step from the status that was read. False if the step does not begin there, or somebody else was faster. */
  async step(
    image: ProductImage,
    step: ImageStep,
    changes: ImageChanges & { dueAt: Date | null; updatedAt: Date },
    tx?: Tx,
  ): Promise<boolean> {
    const { from, to } = STEPS[step];
    if (!from.includes(image.status)) return false;
    // Whoever goes on begins to count anew.
    const row = { ...changes, status: to, attempts: 0, failure: null };
    const set = Object.keys(row) as (keyof typeof row)[];
    const where = { imageId: image.imageId, status: image.status };
    const { sql, params } = this.database.statements(ProductImage).update(row, set, where);
    return (await this.database.execute(sql, params, tx)).affected === 1;
  }

  async place(tx: Tx, imageId: number, position: number, at: Date): Promise<void> {
    const sql = 'UPDATE product_images SET position = ?, updated_at = ? WHERE image_id = ?';
    await this.database.execute(sql, [position, at, imageId], tx);
  }

  /** The images that somebody has to look after, those that wait longest first. */
  due(now: Date, limit: number): Promise<ProductImage[]> {
    return this.database.find(ProductImage, `WHERE due_at <= ? ORDER BY due_at LIMIT ${limit}`, [now]);
  }

  /** Takes a due image until then. False if somebody else has it, or it was changed since it was read. */
  async claim({ imageId, status, dueAt }: ProductImage, until: Date): Promise<boolean> {
    const sql =
      'UPDATE product_images SET due_at = ?, attempts = attempts + 1 WHERE image_id = ? AND status = ? AND due_at = ?';
    return (await this.database.execute(sql, [until, imageId, status, dueAt])).affected === 1;
  }

  /** Notes why an attempt failed, and when the next one is due. */
  async postpone({ imageId, status }: ProductImage, lease: Date, until: Date, failure: string): Promise<void> {
    const sql = 'UPDATE product_images SET due_at = ?, failure = ? WHERE image_id = ? AND status = ? AND due_at = ?';
    await this.database.execute(sql, [until, failure.slice(0, 255), imageId, status, lease]);
  }

  /** Those whose last attempt failed are due now. */
  async makeFailedDue(now: Date): Promise<void> {
    const sql = 'UPDATE product_images SET due_at = ? WHERE due_at > ? AND failure IS NOT NULL';
    await this.database.execute(sql, [now, now]);
  }

  /** Of a deleted one, once nothing of its upload is left. */
  async remove({ imageId }: ProductImage): Promise<void> {
    await this.database.execute("DELETE FROM product_images WHERE image_id = ? AND status = 'deleted'", [imageId]);
  }

  /** The newest first. */
  list({ status, product_id, failed }: ImageFilter, limit: number): Promise<ProductImage[]> {
    const conditions: [sql: string, value?: unknown][] = [
      ...(status === undefined ? [] : [['status = ?', status] as [string, unknown]]),
      ...(product_id === undefined ? [] : [['product_id = ?', product_id] as [string, unknown]]),
      ...(failed ? [['failure IS NOT NULL'] as [string]] : []),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')} `;
    const params = conditions.flatMap(([, ...values]) => values);
    return this.database.find(ProductImage, `${where}ORDER BY image_id DESC LIMIT ${limit}`, params);
  }
}
