import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ProductWordsRepository } from './product-words.repository.js';

/** Ids per sweep: a few milliseconds if nothing is outdated. */
const IDS_PER_SWEEP = 5_000;

/**
 * Repeatedly scans the catalog for products with outdated words: during a deployment, instances of the previous release
 * write products without them.
 */
@Injectable()
export class WordsSweeper extends Sweeper {
  /** The last id checked. Each process starts at a random id, since many live shorter than a full scan takes. */
  private position: number | undefined;

  constructor(private readonly words: ProductWordsRepository) {
    super();
  }

  /** Checks the next part of the catalog. Returns how many products it reindexed. */
  async sweep(): Promise<number> {
    const last = await this.words.lastProduct();
    const from = this.position ?? (last > IDS_PER_SWEEP ? Math.floor(Math.random() * last) : 0);
    const outdated = await this.words.outdated(from, from + IDS_PER_SWEEP);
    for (const product of outdated) await this.words.renew(product);
    this.position = from + IDS_PER_SWEEP >= last ? 0 : from + IDS_PER_SWEEP;
    return outdated.length;
  }
}
