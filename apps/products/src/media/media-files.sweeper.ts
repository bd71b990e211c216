import { Clock } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ImageWorker } from './image-worker.js';
import { MediaFilesRepository } from './media-files.repository.js';

const BATCH = 100;
/** Milliseconds for which a file outlives its last use: whoever uploads a deleted picture again finds it. */
const KEEP_MS = 24 * 3_600_000;
/** Longer than an image takes between the storing of its files and their first use. */
const AGAIN_MS = 3_600_000;

/**
 * Removes files that no image shows any more. Each is removed twice, the second time an hour later: an image that stored
 * it in between could not use it.
 */
@Injectable()
export class MediaFilesSweeper extends Sweeper {
  constructor(
    private readonly files: MediaFilesRepository,
    private readonly worker: ImageWorker,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Looks after at most 100 files. Returns how many were removed for good. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    const before = (ms: number) => new Date(now.getTime() - ms);
    const due = await this.files.due(before(KEEP_MS), before(AGAIN_MS), BATCH);
    const begun = due.filter(({ removingAt }) => removingAt === null);
    const ended = due.filter(({ removingAt }) => removingAt !== null);
    const mine = await Promise.all(begun.map((file) => this.files.beginRemoval(file, now)));
    await this.worker.remove([...begun.filter((_, index) => mine[index]), ...ended].map(({ fileKey }) => fileKey));
    for (const file of ended) await this.files.forget(file);
    return ended.length;
  }
}
