import type { INestApplicationContext } from '@nestjs/common';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  IMAGE_STATUSES,
  type ImageStatus,
  MediaAdminService,
  MediaOperationsModule,
  type MediaSweep,
  type ProductImage,
} from '../../../products/src/media-operations-app.module.js';
import { DoneInPart, noted } from '../context/exit.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

interface Filters {
  status?: ImageStatus;
  productId?: number;
  failed?: true;
  limit?: number;
}

/** Runs `work` on the images of a place; only what renders needs their bucket. */
async function onMedia<T>(
  place: Place,
  { renders }: { renders: boolean },
  work: (media: MediaAdminService) => Promise<T>,
): Promise<T> {
  const [access, redisUrl, currency, media] = await Promise.all([
    place.database('products'),
    place.redisUrl(),
    place.currency(),
    renders ? place.media() : undefined,
  ]);
  const module = MediaOperationsModule.forDatabase(access, { redisUrl, currency, media });
  return runWith(module, (app: INestApplicationContext) => work(app.get(MediaAdminService)));
}

@SubCommand({ name: 'list', description: 'Pictures of products, the newest first' })
export class ListMediaCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { limit = LIST.usual, status, productId, failed }: Filters): Promise<void> {
    const filter = { status, product_id: productId, failed };
    const found = await onMedia(this.place, { renders: false }, (media) => media.list(filter, limit));
    await this.output.rows(found.map(rowOf), 'There are no such pictures.');
  }

  @Option({ flags: '--status <status>', description: IMAGE_STATUSES.join(', ') })
  status(text: string): ImageStatus {
    return parseChoice('--status', IMAGE_STATUSES, text);
  }

  @Option({ flags: '--product-id <id>', description: 'those of one product' })
  productId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--failed', description: 'those that nobody could look after, for no fault of theirs' })
  failed(): true {
    return true;
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({ name: 'sweep', description: 'Render and remove now what is due, and try again what has failed' })
export class SweepMediaCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const operator = await this.operator.name();
    const swept = await onMedia(this.place, { renders: true }, async (media) => {
      const done = await media.sweep(operator);
      await noted(sentenceOf(done.swept), done.record);
      return done.swept;
    });
    await this.output.done(`${sentenceOf(swept)}.`, swept);
    if (swept.failed > 0)
      throw new DoneInPart(`${swept.failed} pictures still fail: npm run ops -- media list --failed says why.`);
  }
}

@Command({ name: 'media', description: 'Pictures of products', subCommands: [ListMediaCommand, SweepMediaCommand] })
export class MediaCommand extends GroupCommand {}

const sentenceOf = ({ images, files }: MediaSweep): string =>
  `${images} pictures were looked after, and ${files} files removed`;

function rowOf(image: ProductImage): object {
  return {
    id: image.imageId,
    product: image.productId,
    status: image.status,
    code: image.rejection,
    type: image.contentType,
    bytes: image.bytes,
    attempts: image.attempts,
    failure: image.failure,
    due_at: image.dueAt,
    created_at: image.createdAt,
  };
}
