import { backoff } from '@app/async';
import { Clock, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ImagePublisher } from './image-publisher.js';
import { ImageWorker } from './image-worker.js';
import { ImagesRepository } from './images.repository.js';
import type { ProductImage } from './product-image.entity.js';

/** Whoever works on an image has it for this long, longer than rendering takes; then others try. */
const LEASE_MS = 60_000;
/** No further image is begun in a sweep after this time: a function sweeps for 50 s. */
const BEGIN_MS = 15_000;
/** An image that was never rendered without its own fault is tried again and again, in the end every hour or so. */
const RETRY = { base: 5_000, max: 3_600_000 };
/** From then on operators hear of it. */
const PATIENCE = 5;

/** Renders completed uploads, and removes those that nobody completed, corrected or wants any more. */
@Injectable()
export class ImagesSweeper extends Sweeper {
  constructor(
    private readonly images: ImagesRepository,
    private readonly publisher: ImagePublisher,
    private readonly worker: ImageWorker,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Looks after due images, for about 15 s. Returns how many there were. */
  sweep(): Promise<number> {
    const { atOnce } = this.worker;
    const until = performance.now() + BEGIN_MS;
    const due = async (limit: number) => (performance.now() < until ? this.images.due(this.clock.now(), limit) : []);
    return this.workOff({ batch: atOnce, atOnce }, due, (image) => this.lookAfter(image));
  }

  /** What it was claimed with grows, so that an image on which the process dies does not kill it every minute. */
  private async lookAfter(image: ProductImage): Promise<boolean> {
    const lease = this.in(LEASE_MS + backoff(image.attempts, RETRY));
    if (!(await this.images.claim(image, lease))) return false;
    try {
      await runWithContext(newContext(), () => this.goOn(image));
    } catch (error) {
      await this.keep(image, lease, error);
    }
    return true;
  }

  private async goOn(image: ProductImage): Promise<void> {
    switch (image.status) {
      case 'processing':
        return this.render(image);
      case 'awaiting_upload':
      case 'rejected':
        return this.publisher.delete(image.imageId);
      case 'deleted':
        await this.worker.remove(image.uploadKey === null ? [] : [image.uploadKey]);
        return this.images.remove(image);
      case 'ready':
        throw new Error(`The image ${image.imageId} is ready, and nothing of it is due.`);
    }
  }

  private async render(image: ProductImage): Promise<void> {
    const { uploadKey: key, etag, contentType: content_type, bytes } = image;
    if (key === null || etag === null) throw new Error(`The image ${image.imageId} was completed without an upload.`);
    const outcome = await this.worker.render({ key, etag }, { content_type, bytes });
    if ('rejected' in outcome) await this.publisher.reject(image, outcome.rejected);
    else await this.publisher.publish(image, outcome);
  }

  /** The fault is ours: it is tried again, more and more slowly, and never given up. */
  private async keep(image: ProductImage, lease: Date, error: unknown): Promise<void> {
    const { imageId, status, attempts } = image;
    const tried = attempts + 1;
    const until = this.in(RETRY.base + backoff(tried, RETRY));
    const sentence = `The ${status} image ${imageId} is looked after later, ${tried} times tried: ${String(error)}`;
    if (tried < PATIENCE) this.logger.warn(sentence);
    else this.logger.error(sentence);
    await this.images.postpone(image, lease, until, String(error));
  }

  private in(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }
}
