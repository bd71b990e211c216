import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ImageWorker, type RenderOutcome } from './image-worker.js';
import type { MediaCommands as Asked } from './media-commands.js';

/** The commands by which the other functions of this service have images rendered; they may be asked twice. */
@Controller()
export class MediaCommandsController {
  constructor(private readonly worker: ImageWorker) {}

  @MessagePattern('media.find')
  find(@Payload() { key }: Asked['media.find']): Promise<{ etag: string } | null> {
    return this.worker.find(key);
  }

  @MessagePattern('media.render')
  render(@Payload() { upload, declared }: Asked['media.render']): Promise<RenderOutcome> {
    return this.worker.render(upload, declared);
  }

  @MessagePattern('media.remove')
  remove(@Payload() { keys }: Asked['media.remove']): Promise<void> {
    return this.worker.remove(keys);
  }
}
