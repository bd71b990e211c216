import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { LessThan, MoreThanOrEqual } from 'typeorm';
import { EndedSession } from './ended-session.entity.js';

/** When the sessions of a user ended, for as long as an access token from before may live. */
@Injectable()
export class EndedSessionsRepository {
  constructor(private readonly database: Database) {}

  /** The window bounds the list: rows are removed once no token is that old. */
  findSince(recorded: Date): Promise<EndedSession[]> {
    return this.database.repository(EndedSession).findBy({ recordedAt: MoreThanOrEqual(recorded) });
  }

  /** Keeps the later of two endings: events may arrive twice or in the wrong order. */
  async record(ended: EndedSession): Promise<void> {
    const { userId, notBefore, recordedAt } = ended;
    await this.database.transaction(async (tx) => {
      const present = await this.database.repository(EndedSession, tx).findOneBy({ userId });
      if (present && present.notBefore >= notBefore) return;
      await this.database.repository(EndedSession, tx).upsert({ userId, notBefore, recordedAt }, ['userId']);
    });
  }

  async removeRecordedBefore(time: Date): Promise<void> {
    await this.database.repository(EndedSession).delete({ recordedAt: LessThan(time) });
  }
}
