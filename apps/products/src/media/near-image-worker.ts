import { Logger } from '@nestjs/common';
import { type Declared, MAX_BYTES } from './image-rules.js';
import { ImageWorker, type RenderOutcome, type Upload } from './image-worker.js';
import { mediaUnavailable } from './media.errors.js';
import type { ObjectStorage } from './object-storage.js';
import { renderImage } from './render-image.js';

/** Renders in this process, one image at a time: a picture of 40 megapixels takes a quarter of a gigabyte. */
export class NearImageWorker extends ImageWorker {
  override readonly atOnce = 1;
  override readonly isNear = true;
  private readonly logger = new Logger(NearImageWorker.name);
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly storage: ObjectStorage) {
    super();
  }

  override find(key: string): Promise<{ etag: string } | null> {
    return this.storage.find(key);
  }

  override render(upload: Upload, declared: Declared): Promise<RenderOutcome> {
    const rendered = this.last.then(() => this.renderNow(upload, declared));
    this.last = rendered.catch(() => undefined);
    return rendered;
  }

  override remove(keys: readonly string[]): Promise<void> {
    return this.storage.remove(keys);
  }

  /** All files are stored before anybody hears of one. */
  private async renderNow({ key, etag }: Upload, declared: Declared): Promise<RenderOutcome> {
    const bytes = await this.storage.read(key, etag, MAX_BYTES);
    if (bytes === null) return { rejected: 'damaged' };
    if (bytes === 'too-large') return { rejected: bytes };
    const rendering = await renderImage(bytes, declared).catch((error: unknown) => {
      this.logger.warn(`The upload ${key} was not rendered: ${String(error)}`);
      throw mediaUnavailable(error);
    });
    if ('rejected' in rendering) return rendering;
    const { width, height, renditions } = rendering;
    for (const file of renditions) await this.storage.put(file);
    return { width, height, sources: renditions.map(({ type, width, key }) => ({ type, width, key })) };
  }
}
