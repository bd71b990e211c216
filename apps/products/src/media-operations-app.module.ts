import type { DatabaseAccess } from '@app/database';
import { type AwsOptions, commandClient, Commands } from '@app/messaging';
import { type DynamicModule, Module } from '@nestjs/common';
import { ProductWordsRepository } from './catalog/product-words.repository.js';
import { ProductsRepository } from './catalog/products.repository.js';
import { ImagePublisher } from './media/image-publisher.js';
import { ImageWorker } from './media/image-worker.js';
import { ImagesRepository } from './media/images.repository.js';
import { ImagesSweeper } from './media/images.sweeper.js';
import { MediaFilesRepository } from './media/media-files.repository.js';
import { MediaFilesSweeper } from './media/media-files.sweeper.js';
import { MissingObjectStorage } from './media/missing-object-storage.js';
import { NearImageWorker } from './media/near-image-worker.js';
import { RemoteImageWorker } from './media/remote-image-worker.js';
import { S3ObjectStorage } from './media/s3-object-storage.js';
import { MediaAdminService } from './operations/media-admin.service.js';
import { OperationsStoresModule } from './operations-stores.module.js';
import { ProductsSettings } from './products.settings.js';

export { IMAGE_STATUSES, type ImageStatus } from './media/image-status.js';
export type { ImageFilter } from './media/images.repository.js';
export type { ProductImage } from './media/product-image.entity.js';
export { MediaAdminService, type MediaSweep } from './operations/media-admin.service.js';

/** How an operator has images rendered: here, from the bucket, or by the function of a stage. */
export type MediaAccess = ({ bucket: string } | { address: string }) & AwsOptions;

interface MediaPlace {
  redisUrl: string | undefined;
  /** ISO 4217. */
  currency: string;
  /** Without it only what is stored can be read. */
  media?: MediaAccess | undefined;
}

/** What operators do with images: the services on their database and worker, without any of their doors. */
@Module({})
export class MediaOperationsModule {
  static forDatabase(access: DatabaseAccess, { redisUrl, currency, media }: MediaPlace): DynamicModule {
    // Operators reserve nothing and show nothing.
    const settings: ProductsSettings = { currency, reservationHoldMs: 0, mediaBaseUrl: '' };
    return {
      module: MediaOperationsModule,
      imports: [OperationsStoresModule.forDatabase(access, redisUrl)],
      providers: [
        { provide: ProductsSettings, useValue: settings },
        { provide: ImageWorker, useFactory: () => workerAt(media) },
        ...[ProductsRepository, ProductWordsRepository],
        ...[ImagePublisher, ImagesRepository, ImagesSweeper, MediaFilesRepository, MediaFilesSweeper],
        MediaAdminService,
      ],
    };
  }
}

function workerAt(media: MediaAccess | undefined): ImageWorker {
  if (!media) return new NearImageWorker(new MissingObjectStorage());
  if ('address' in media) return new RemoteImageWorker(new Commands(commandClient(media.address, media)));
  return new NearImageWorker(new S3ObjectStorage(media));
}
