import { EndedSessions } from '@app/auth';
import { Clock } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { EndedSessionsRepository } from './ended-sessions.repository.js';

/** Maximum age of the view: another instance may have consumed the event. */
const FRESH_MS = 15_000;
/** Longer than the lifetime of any access token, so that an end is forgotten only when no token needs it. */
const KEPT_MS = 20 * 60_000;

/** Ended sessions from the database, in a view in memory: most requests make no query. */
@Injectable()
export class StoredEndedSessions extends EndedSessions {
  private readonly logger = new Logger('EndedSessions');
  private view = new Map<number, Date>();
  private seenAt = Number.NEGATIVE_INFINITY;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly sessions: EndedSessionsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async notBefore(userId: number): Promise<number | undefined> {
    // A monotonic clock: a jump of the wall clock must not freeze the view.
    if (performance.now() - this.seenAt >= FRESH_MS) await (this.refreshing ??= this.refresh());
    const notBefore = this.view.get(userId);
    // Tokens carry whole seconds; one issued in the second of the end is the new one.
    return notBefore && Math.floor(notBefore.getTime() / 1_000);
  }

  /** Records another service's event that this user's sessions have ended. */
  async end(userId: number, notBefore: Date): Promise<void> {
    const now = this.clock.now();
    await this.sessions.record(userId, notBefore, now);
    await this.sessions.purge(keptSince(now));
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const startedAt = performance.now();
    try {
      this.view = await this.sessions.recordedSince(keptSince(this.clock.now()));
    } catch (error) {
      // The last view stays valid; other parts report that the database is down.
      this.logger.warn(`Ended sessions could not be read: ${String(error)}`);
    } finally {
      this.seenAt = startedAt;
      this.refreshing = undefined;
    }
  }
}

function keptSince(now: Date): Date {
  return new Date(now.getTime() - KEPT_MS);
}
