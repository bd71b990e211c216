import { randomUUID } from 'node:crypto';
import { EntryStore } from '@app/coherent-cache';
import type { Tx } from '@app/database';
import { currentContext, DomainError } from '@app/kernel';
import { type Notice, Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { CatalogCache, type CatalogChange } from './catalog-cache.js';
import { KnownGroups } from './known-groups.js';

/** A change whose invalidation is guaranteed once its transaction has committed. */
export interface RecordedChange extends CatalogChange {
  notices: string[];
}

/** Time for the writer to invalidate itself before the relay does it. */
const GRACE_MS = 2_000;

/**
 * Invalidates what a write changes. The change is recorded in the write's transaction and carried out right after the
 * commit; if the writer dies in between or the cache is unavailable, the relay delivers it from the outbox.
 */
@Injectable()
export class Invalidations {
  constructor(
    private readonly outbox: Outbox,
    private readonly cache: CatalogCache,
    private readonly store: EntryStore,
    private readonly known: KnownGroups,
  ) {}

  /** Also of the groups of `products`, unless `groups` names all of them: of products that the transaction has made. */
  async record(tx: Tx, { groups, ...named }: CatalogChange): Promise<RecordedChange> {
    const change = { ...named, groups: groups ?? (await this.known.of(tx, named.products ?? [])) };
    // A cache in this process's memory dies with the process.
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

  /** Await it after the commit and before the write is acknowledged. */
  async carryOut({ notices, ...change }: RecordedChange): Promise<void> {
    if ((await this.cache.forget(change)) && notices.length > 0) this.outbox.settle(notices);
  }
}

/** Nothing changed. */
export const UNCHANGED: RecordedChange = { notices: [] };

/**
 * Delivers a notice.
 *
 * @throws DomainError `service-unavailable` while the cache is away: the relay retries without counting, since a lost
 *   notice would leave an old entry in the cache.
 */
export async function deliver(cache: CatalogCache, { payload }: Notice): Promise<void> {
  if (!(await cache.forget(payload))) throw new DomainError('service-unavailable', 'The cache does not answer.');
}
