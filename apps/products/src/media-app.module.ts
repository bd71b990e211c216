import { commandClient, Commands } from '@app/messaging';
import type { OutsideFunction } from '@app/service';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ImagePublisher } from './media/image-publisher.js';
import { ImageWorker } from './media/image-worker.js';
import { ImagesController } from './media/images.controller.js';
import { ImagesRepository } from './media/images.repository.js';
import { ImagesService } from './media/images.service.js';
import { ImagesSweeper } from './media/images.sweeper.js';
import { MediaFilesRepository } from './media/media-files.repository.js';
import { MediaFilesSweeper } from './media/media-files.sweeper.js';
import { MediaCommandsController } from './media/media.commands.controller.js';
import { MissingObjectStorage } from './media/missing-object-storage.js';
import { NearImageWorker } from './media/near-image-worker.js';
import { NewImagesService } from './media/new-images.service.js';
import { ObjectStorage } from './media/object-storage.js';
import { ProductImagesController } from './media/product-images.controller.js';
import { RemoteImageWorker } from './media/remote-image-worker.js';
import { S3ObjectStorage } from './media/s3-object-storage.js';
import { MediaConfig, type ProductsConfig } from './products.config.js';
import { manifest } from './products.manifest.js';

export const MEDIA_CONTROLLERS = [ProductImagesController, ImagesController];
export const MEDIA_SWEEPERS = [ImagesSweeper, MediaFilesSweeper];

/** The images of products, in the service that has their database. */
export function mediaProviders(config: ProductsConfig): Provider[] {
  return [
    { provide: ObjectStorage, useFactory: () => storageOf(config) },
    {
      provide: ImageWorker,
      inject: [ObjectStorage],
      useFactory: (storage: ObjectStorage) => workerOf(config, storage),
    },
    ImagePublisher,
    ImagesRepository,
    ImagesService,
    MediaFilesRepository,
    NewImagesService,
    ...MEDIA_SWEEPERS,
  ];
}

export function storageOf(config: MediaConfig): ObjectStorage {
  const { MEDIA_BUCKET: bucket, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = config;
  if (bucket === undefined) return new MissingObjectStorage();
  return new S3ObjectStorage({ bucket, region, endpoint, uploadEndpoint: config.MEDIA_ENDPOINT });
}

function workerOf(config: ProductsConfig, storage: ObjectStorage): ImageWorker {
  const { MEDIA_COMMANDS: address, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, COMMANDS_SECRET: secret } = config;
  if (address === undefined) return new NearImageWorker(storage);
  const { answers } = manifest.onAws.functions.media.outside;
  return new RemoteImageWorker(new Commands(commandClient(address, { region, endpoint, secret }), answers));
}

@Module({})
class MediaAppModule {
  static forConfig(config: MediaConfig): DynamicModule {
    return {
      module: MediaAppModule,
      controllers: [MediaCommandsController],
      providers: [{ provide: ImageWorker, useFactory: () => new NearImageWorker(storageOf(config)) }],
    };
  }
}

/** The only function that reads uploads and writes public files. It has no database, and decodes what strangers made. */
export const media: OutsideFunction<MediaConfig> = {
  manifest,
  config: MediaConfig,
  module: (config) => MediaAppModule.forConfig(config),
};
