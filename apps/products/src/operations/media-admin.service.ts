import { AuditLog } from '@app/audit';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { ImagesRepository, type ImageFilter } from '../media/images.repository.js';
import { ImagesSweeper } from '../media/images.sweeper.js';
import { MediaFilesSweeper } from '../media/media-files.sweeper.js';
import type { ProductImage } from '../media/product-image.entity.js';

export interface MediaSweep {
  /** Images that somebody had to look after. */
  images: number;
  /** Files that no image shows any more, removed for good. */
  files: number;
  /** Images whose rendering still fails. */
  failed: number;
}

const MOST_COUNTED = 1_000;

/** Operators' access to images. Each change writes a row to the audit log. */
@Injectable()
export class MediaAdminService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly imagesSweeper: ImagesSweeper,
    private readonly filesSweeper: MediaFilesSweeper,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Returns the newest first, at most `limit`. */
  list(filter: ImageFilter, limit: number): Promise<ProductImage[]> {
    return this.images.list(filter, limit);
  }

  /**
   * Renders and removes now what is due, and what has failed. `record` writes the audit row, if anything was done: each
   * image is written by a transaction of its own.
   */
  async sweep(operator: string): Promise<{ swept: MediaSweep; record: () => Promise<void> }> {
    const before = await this.failed();
    await this.images.makeFailedDue(this.clock.now());
    const swept = { images: await this.imagesSweeper.sweep(), files: await this.filesSweeper.sweep(), failed: 0 };
    swept.failed = await this.failed();
    const states = { before: { failed: before }, after: swept };
    const record = () => this.audit.record({ operator, action: 'media.sweep', target: 'images', ...states });
    return { swept, record };
  }

  private async failed(): Promise<number> {
    return (await this.images.list({ failed: true }, MOST_COUNTED)).length;
  }
}
