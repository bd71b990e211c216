import { type Conflict, Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { ProviderCursor } from './provider-cursor.entity.js';

const KEEP: Conflict<ProviderCursor> = { keys: ['provider'] };

@Injectable()
export class ProviderCursorsRepository {
  constructor(private readonly database: Database) {}

  /** The first one begins `from`. */
  async get(provider: string, from: Date): Promise<ProviderCursor> {
    const first = { provider, eventsUntil: from, nextRunAt: from };
    const known = await this.database.repository(ProviderCursor).findOneBy({ provider });
    if (known) return known;
    await this.database.insert(ProviderCursor, [first], { onConflict: KEEP });
    return this.database.repository(ProviderCursor).findOneByOrFail({ provider });
  }

  /** Takes the next run. False if somebody else has taken it since. */
  async take({ provider, nextRunAt }: ProviderCursor, next: Date): Promise<boolean> {
    const sql = 'UPDATE provider_cursors SET next_run_at = ? WHERE provider = ? AND next_run_at = ?';
    return (await this.database.execute(sql, [next, provider, nextRunAt])).affected === 1;
  }

  async moveTo(provider: string, until: Date): Promise<void> {
    const sql = 'UPDATE provider_cursors SET events_until = ? WHERE provider = ? AND events_until < ?';
    await this.database.execute(sql, [until, provider, until]);
  }
}
