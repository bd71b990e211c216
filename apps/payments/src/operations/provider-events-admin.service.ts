import { AuditLog } from '@app/audit';
import { Clock, DomainError, notFound } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EventOutcome, StoredEvent } from '../provider-events/provider-event.entity.js';
import { ProviderEventsSweeper } from '../provider-events/provider-events.sweeper.js';
import { ProviderEventsAdminRepository, type StoredEventFilter } from './provider-events-admin.repository.js';

export interface Replayed {
  id: number;
  object_ref: string;
  before: EventOutcome;
  after: EventOutcome;
}

/** Operators' access to the provider's events. Each change writes a row to the audit log. */
@Injectable()
export class ProviderEventsAdminService {
  constructor(
    private readonly events: ProviderEventsAdminRepository,
    private readonly sweeper: ProviderEventsSweeper,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Returns the newest first, at most `limit`. */
  list(filter: StoredEventFilter, limit: number): Promise<StoredEvent[]> {
    return this.events.list(filter, limit);
  }

  /**
   * Looks after stored events again: the provider is asked for their payments. One that is `waiting` afterwards is tried
   * again by the service.
   *
   * @throws DomainError `not-found` before anything has changed
   */
  async replay(ids: readonly number[], operator: string): Promise<Replayed[]> {
    for (const id of ids) if (!(await this.events.find(id))) throw notFound(`event ${id}`);
    const before: StoredEvent[] = [];
    for (const id of ids) before.push(await this.requeue(id, operator));
    await this.sweeper.sweep();
    const rows: Replayed[] = [];
    for (const { id, objectRef, outcome } of before) {
      const after = (await this.events.find(id))?.outcome ?? 'waiting';
      rows.push({ id, object_ref: objectRef, before: outcome, after });
    }
    return rows;
  }

  /** Returns the event as it was. */
  private async requeue(id: number, operator: string): Promise<StoredEvent> {
    const who = { operator, action: 'provider-events.replay', target: String(id) };
    const event = await this.audit.change(who, async (tx) => {
      const found = await this.events.find(id, tx);
      if (!found || !(await this.events.requeue(tx, found, this.clock.now()))) return null;
      const { outcome, attempts } = found;
      return { before: { outcome, attempts }, after: { outcome: 'waiting', attempts: 0 }, result: found };
    });
    if (!event)
      throw new DomainError(
        'service-unavailable',
        `Event ${id} is being looked after just now. Look again in a minute.`,
      );
    return event;
  }
}
