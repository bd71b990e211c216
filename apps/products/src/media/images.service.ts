import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type PictureSource, sourcesAt } from '../catalog/product-pictures.js';
import { ProductsSettings } from '../products.settings.js';
import { ImagePublisher } from './image-publisher.js';
import { ImageWorker } from './image-worker.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesSweeper } from './images.sweeper.js';
import { uploadMissing } from './media.errors.js';
import type { ProductImage } from './product-image.entity.js';

/** An image with the addresses of what is shown of it. */
export type ShownImage = ProductImage & { shown: PictureSource[] };

/** What staff do with a picture after its first step. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly publisher: ImagePublisher,
    private readonly worker: ImageWorker,
    private readonly sweeper: ImagesSweeper,
    private readonly settings: ProductsSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Says that the bytes are there. What is rendered is what lies there now. Doing it again changes nothing.
   *
   * @throws DomainError `not-found`, `upload-missing`, `media-unavailable`
   */
  async complete(imageId: number): Promise<ProductImage> {
    const image = await this.images.getById(imageId);
    if (image.status !== 'awaiting_upload') return image;
    const found = await this.worker.find(image.uploadKey ?? '');
    if (!found) throw uploadMissing();
    const now = this.clock.now();
    await this.images.step(image, 'complete', { etag: found.etag, completedAt: now, dueAt: now, updatedAt: now });
    if (this.worker.isNear) this.sweeper.wake();
    return this.images.getById(imageId);
  }

  /** @throws DomainError `not-found` */
  async show(imageId: number): Promise<ShownImage> {
    return this.shown(await this.images.getById(imageId));
  }

  /** @throws DomainError `not-found`, `validation-failed` unless every image of the product is named once */
  async order(productId: number, imageIds: readonly number[]): Promise<ShownImage[]> {
    return (await this.publisher.order(productId, imageIds)).map((image) => this.shown(image));
  }

  /** @throws DomainError `not-found` */
  delete(imageId: number): Promise<void> {
    return this.publisher.delete(imageId);
  }

  private shown(image: ProductImage): ShownImage {
    return Object.assign(image, { shown: sourcesAt(this.settings.mediaBaseUrl, image.rendered?.sources ?? []) });
  }
}
