import { Database, type Tx } from '@app/database';
import { Clock, invalid } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange, UNCHANGED } from '../cache/invalidations.js';
import type { StoredPicture } from '../catalog/product-pictures.js';
import { ProductsRepository } from '../catalog/products.repository.js';
import type { Rejection } from './image-rules.js';
import { WAITS } from './image-status.js';
import type { Rendered } from './image-worker.js';
import { ImagesRepository } from './images.repository.js';
import { MediaFilesRepository } from './media-files.repository.js';
import type { ProductImage } from './product-image.entity.js';

/** Makes public, and takes back, what a product shows: in one transaction with the state of the image. */
@Injectable()
export class ImagePublisher {
  constructor(
    private readonly database: Database,
    private readonly images: ImagesRepository,
    private readonly files: MediaFilesRepository,
    private readonly products: ProductsRepository,
    private readonly invalidations: Invalidations,
    private readonly clock: Clock,
  ) {}

  /** Publishes nothing if the image was deleted or published since. Its files lie there already. */
  async publish(image: ProductImage, rendered: Rendered): Promise<void> {
    const updatedAt = this.clock.now();
    const change = await this.database.transaction(async (tx) => {
      if (!(await this.images.step(image, 'publish', { rendered, dueAt: null, updatedAt }, tx))) {
        await this.files.leave(tx, keysOf(rendered), updatedAt);
        return UNCHANGED;
      }
      await this.files.use(tx, keysOf(rendered));
      return this.show(tx, image.productId);
    });
    await this.invalidations.carryOut(change);
  }

  async reject(image: ProductImage, rejection: Rejection): Promise<void> {
    const updatedAt = this.clock.now();
    const dueAt = new Date(updatedAt.getTime() + WAITS.rejected);
    await this.images.step(image, 'reject', { rejection, dueAt, updatedAt });
  }

  /** The sweeper removes what is left of it. @throws DomainError `not-found` */
  async delete(imageId: number): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      const image = await this.images.lock(tx, imageId);
      const updatedAt = this.clock.now();
      const dueAt = new Date(Math.max(updatedAt.getTime(), image.createdAt.getTime() + WAITS.deleted));
      await this.images.step(image, 'delete', { dueAt, updatedAt }, tx);
      if (image.status !== 'ready' || !image.rendered) return UNCHANGED;
      await this.files.release(tx, keysOf(image.rendered), updatedAt);
      return this.show(tx, image.productId);
    });
    await this.invalidations.carryOut(change);
  }

  /** @throws DomainError `not-found`, `validation-failed` unless every image of the product is named once */
  async order(productId: number, imageIds: readonly number[]): Promise<ProductImage[]> {
    const now = this.clock.now();
    const { images, change } = await this.database.transaction(async (tx) => {
      // The images before the product, as everywhere here.
      const found = await this.images.ofProduct(tx, productId, { locked: true });
      await this.products.lock(tx, productId);
      const present = new Map(found.map((image) => [image.imageId, image]));
      const images = [...new Set(imageIds)].flatMap((imageId) => present.get(imageId) ?? []);
      if (images.length !== imageIds.length || images.length !== present.size) throw notAllOnce();
      for (const [index, { imageId }] of images.entries()) await this.images.place(tx, imageId, index + 1, now);
      const isShown = images.some(({ status }) => status === 'ready');
      return { images, change: isShown ? await this.show(tx, productId) : UNCHANGED };
    });
    await this.invalidations.carryOut(change);
    return images;
  }

  /** Writes what the product shows now, which is a change of the product. Carry it out after the commit. */
  private async show(tx: Tx, productId: number): Promise<RecordedChange> {
    const product = await this.products.lockForChange(tx, productId, this.clock.now());
    const pictures = (await this.images.ready(tx, productId)).flatMap(toPicture);
    await this.products.showPictures(tx, product, pictures);
    return this.invalidations.record(tx, { products: [productId], lists: true });
  }
}

const keysOf = ({ sources }: Rendered): string[] => sources.map(({ key }) => key);

function toPicture({ imageId: image_id, alt, rendered }: ProductImage): StoredPicture[] {
  return rendered ? [{ image_id, alt, ...rendered }] : [];
}

function notAllOnce(): Error {
  return invalid('/image_ids', 'images', 'image_ids must name every image of the product, and each of them once.');
}
