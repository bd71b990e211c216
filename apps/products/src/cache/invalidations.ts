import { randomUUID } from 'node:crypto';
import type { Tx } from '@app/database';
import { currentContext } from '@app/kernel';
import { type Notice, Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { CatalogCache, type CatalogChange } from './catalog-cache.js';
import { EntryStore } from './entry-store.js';

/** A change whose invalidation cannot be lost any more, once its transaction has committed. */
export interface RecordedChange extends CatalogChange {
  notices: string[];
}

/** Who writes gets so long to invalidate by himself before the relay does it for him. */
const GRACE_MS = 2_000;

/**
 * Takes what a write changes to the cache. It is recorded in the write's own transaction, carried out at once after the
 * commit, and relayed from the outbox when the writer died in between or the cache was away.
 */
@Injectable()
export class Invalidations {
  constructor(
    private readonly outbox: Outbox,
    private readonly cache: CatalogCache,
    private readonly store: EntryStore,
  ) {}

  async record(tx: Tx, change: CatalogChange): Promise<RecordedChange> {
    // What only this process has cached dies with it.
    if (!this.store.shared) return { ...change, notices: [] };
    const { requestId, traceparent } = currentContext();
    const notice: Notice = {
      event_id: randomUUID(),
      event_type: 'cache.forget',
      request_id: requestId,
      traceparent,
      payload: change,
    };
    await this.outbox.appendNotice(tx, notice, 'cache', GRACE_MS);
    return { ...change, notices: [notice.event_id] };
  }

  /** To be awaited after the commit and before the write is acknowledged. */
  async carryOut({ notices, ...change }: RecordedChange): Promise<void> {
    if ((await this.cache.forget(change)) && notices.length > 0) this.outbox.settle(notices);
  }
}

/** Nothing changed. */
export const UNCHANGED: RecordedChange = { notices: [] };

/** What the relay does with a notice; it tries again until this resolves. */
export async function deliver(cache: CatalogCache, { payload }: Notice): Promise<void> {
  if (!(await cache.forget(payload))) throw new Error('The cache does not answer.');
}
