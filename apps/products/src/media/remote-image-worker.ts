import type { Commands } from '@app/messaging';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Declared } from './image-rules.js';
import { ImageWorker, type RenderOutcome, type Upload } from './image-worker.js';
import type { MediaCommands } from './media-commands.js';

/** A little more than the function lives, so that it can still say what it knows. */
const RENDER_MS = 29_000;
const OTHERS_MS = 8_000;

/** The worker in a function that may reach the bucket, asked by commands, all of which may be repeated. */
export class RemoteImageWorker extends ImageWorker implements OnApplicationShutdown {
  override readonly atOnce = 4;
  override readonly isNear = false;

  constructor(private readonly commands: Commands) {
    super();
  }

  override find(key: string): Promise<{ etag: string } | null> {
    return this.ask('media.find', { key });
  }

  override render(upload: Upload, declared: Declared): Promise<RenderOutcome> {
    return this.ask('media.render', { upload, declared }, RENDER_MS);
  }

  override remove(keys: readonly string[]): Promise<void> {
    return this.ask('media.remove', { keys });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.commands.close();
  }

  private ask<C extends keyof MediaCommands, T>(
    command: C,
    payload: MediaCommands[C],
    timeoutMs = OTHERS_MS,
  ): Promise<T> {
    return this.commands.ask<T>(command, payload, { idempotent: true, timeoutMs });
  }
}
