import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ProductWordsRepository } from './product-words.repository.js';

/** Ids that one sweep looks at: a few milliseconds where nothing is outdated. */
const IDS_PER_SWEEP = 5_000;

/**
 * Goes round the catalog for products whose words do not fit: during a deploy, instances of the release before write
 * products without them.
 */
@Injectable()
export class WordsSweeper extends Sweeper {
  /** The last id that was looked at. A process begins anywhere: many live shorter than a round takes. */
  private position: number | undefined;

  constructor(private readonly words: ProductWordsRepository) {
    super();
  }

  /** Looks at the next part of the catalog; answers how many products were made findable again. */
  async sweep(): Promise<number> {
    const last = await this.words.lastProduct();
    const from = this.position ?? (last > IDS_PER_SWEEP ? Math.floor(Math.random() * last) : 0);
    const outdated = await this.words.outdated(from, from + IDS_PER_SWEEP);
    for (const product of outdated) await this.words.renew(product);
    this.position = from + IDS_PER_SWEEP >= last ? 0 : from + IDS_PER_SWEEP;
    return outdated.length;
  }
}
