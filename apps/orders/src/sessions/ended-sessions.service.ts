import { EndedSessions } from '@app/auth';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { EndedSessionsRepository } from './ended-sessions.repository.js';

const REFRESH_AFTER_MS = 15_000;
/** Longer than an access token lives (15 min), so that a forgotten ending no longer matters. */
const REMEMBERED_MS = 20 * 60_000;

/**
 * Which access tokens are refused although they have not expired. Answers from memory; another process's events reach
 * this one through the table within 15 s.
 */
@Injectable()
export class EndedSessionsService extends EndedSessions {
  private notBeforeByUser = new Map<number, number>();
  private refreshedAt = Number.NEGATIVE_INFINITY;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly sessions: EndedSessionsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async notBefore(userId: number): Promise<number | undefined> {
    // A monotonic clock: a jump of the wall clock must not freeze the view.
    if (performance.now() - this.refreshedAt > REFRESH_AFTER_MS) await this.refresh();
    return this.notBeforeByUser.get(userId);
  }

  async end(userId: number, notBefore: Date): Promise<void> {
    const now = this.clock.now();
    await this.sessions.record({ userId, notBefore, recordedAt: now });
    await this.sessions.removeRecordedBefore(this.forgottenBefore(now));
    this.refreshedAt = Number.NEGATIVE_INFINITY;
  }

  /** One query at a time, shared by all requests that wait for it. */
  private refresh(): Promise<void> {
    this.refreshing ??= this.load().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async load(): Promise<void> {
    const startedAt = performance.now();
    const ended = await this.sessions.findSince(this.forgottenBefore(this.clock.now()));
    this.notBeforeByUser = new Map(ended.map(({ userId, notBefore }) => [userId, seconds(notBefore)]));
    this.refreshedAt = startedAt;
  }

  private forgottenBefore(now: Date): Date {
    return new Date(now.getTime() - REMEMBERED_MS);
  }
}

/** The resolution of a token's `iat`. */
const seconds = (time: Date) => Math.floor(time.getTime() / 1000);
