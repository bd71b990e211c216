import { randomUUID } from 'node:crypto';
import { Database } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { ProductsRepository } from '../catalog/products.repository.js';
import type { Declared } from './image-rules.js';
import { WAITS } from './image-status.js';
import { ImagesRepository } from './images.repository.js';
import { MAX_IMAGES, tooManyImages } from './media.errors.js';
import { ObjectStorage, type UploadRequest } from './object-storage.js';
import type { ProductImage } from './product-image.entity.js';

export interface NewImage extends Declared {
  alt: string;
}

/** An image that waits for its bytes, and how they are sent. */
export interface AwaitedImage {
  image: ProductImage;
  upload: UploadRequest;
}

/** The first step of a picture. */
@Injectable()
export class NewImagesService {
  constructor(
    private readonly database: Database,
    private readonly images: ImagesRepository,
    private readonly products: ProductsRepository,
    private readonly storage: ObjectStorage,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `not-found`, `too-many-images`, `media-unavailable` */
  create(productId: number, input: NewImage, { claim, answer }: Reply<AwaitedImage>): Promise<AwaitedImage> {
    const { content_type, bytes, alt } = input;
    const now = this.clock.now();
    return this.database.transaction(async (tx) => {
      await this.products.lock(tx, productId);
      const present = await this.images.ofProduct(tx, productId);
      if (present.length >= MAX_IMAGES) throw tooManyImages();
      const row: Partial<ProductImage> = {
        ...{ productId, alt, bytes, contentType: content_type, status: 'awaiting_upload', attempts: 0 },
        ...{ position: (present.at(-1)?.position ?? 0) + 1, createdAt: now, updatedAt: now },
        dueAt: new Date(now.getTime() + WAITS.awaiting_upload),
      };
      // Nobody can guess where another's upload goes.
      const image = await this.images.insert(tx, row, (imageId) => `uploads/${imageId}-${randomUUID()}`);
      const upload = await this.storage.uploadRequest({ key: image.uploadKey ?? '', content_type, bytes });
      await this.idempotency.commit(tx, claim, answer({ image, upload }));
      return { image, upload };
    });
  }
}
