import { inBackground, repeat, sleep, waitAtMost, withDeadline } from '@app/async';
import { Database } from '@app/database';
import { isUnavailable, newContext, runOutsideTransaction, runWithContext } from '@app/kernel';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CLAIM_BATCH, type ClaimedRow, OutboxRows } from './outbox-rows.js';
import { Outages, type Outcome } from './outages.js';
import { type Destination, OutboxOptions, type Publish } from './publishers.js';

/** Even if every publish of a claim times out, it ends well inside its lease. */
const PUBLISH_MS = 4_000;
const SWEEP_MS = 1_000;
const DRAIN_MS = 5_000;
/** Nobody notices that an e-mail is this much later, and events of several orders share a claim and a call. */
const BATCH_DELAY_MS = 100;
/** Milliseconds between two checks for rows that wait because the clock was set back. */
const REPAIR_MS = 10_000;

/**
 * Publishes committed outbox rows: at once when a commit triggers it, the rest (after a crash or a failure) in sweeps.
 * Delivery is at least once, in no guaranteed order; consumers use `aggregate_version`.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap {
  private readonly logger = new Logger('Relay');
  private readonly stop = new AbortController();
  private started = false;
  private wanted = false;
  private running: Promise<void> | undefined;
  private failing = false;
  private repairedAt = Number.NEGATIVE_INFINITY;
  private readonly outages = new Outages();

  constructor(
    private readonly rows: OutboxRows,
    private readonly options: OutboxOptions,
    database: Database,
  ) {
    database.beforeClose(() => this.drain(DRAIN_MS));
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  /** Starts sweeping; with `sweepMs: 0` the caller of `sweep` does it. */
  start(): void {
    if (this.started || this.pause === 0 || this.isElsewhere) return;
    this.started = true;
    this.trigger();
    void repeat(this.pause, () => this.runNow(), this.stop.signal);
  }

  /** Publishes due rows soon, in the background; a trigger during a run causes another run. */
  trigger(): void {
    if (this.isElsewhere) return;
    this.wanted = true;
    this.running ??= inBackground(
      runOutsideTransaction(() => this.runWhileWanted()).finally(() => {
        this.running = undefined;
        if (this.wanted) this.trigger();
      }),
    );
  }

  /**
   * Publishes all rows that are due now, except those for a destination in `waiting`; returns how many arrived. A
   * destination that is down is tried with one claim: the other rows for it would fail too and stay due.
   */
  async sweep(waiting: readonly Destination[] = []): Promise<number> {
    const down = new Set(waiting);
    let sent = 0;
    await this.repairDueTimes();
    while (Object.keys(this.options.destinations).some((name) => !down.has(name as Destination))) {
      const claimed = await this.rows.claim([...down]);
      const outcomes = await Promise.all(claimed.map((row) => this.relay(row)));
      sent += outcomes.filter((outcome) => outcome === 'arrived').length;
      const tried = Map.groupBy(outcomes, (_, index) => claimed[index]?.destination ?? 'topic');
      for (const [destination, results] of tried) {
        this.outages.track(destination, results);
        if (this.outages.has(destination)) down.add(destination);
      }
      if (claimed.length < CLAIM_BATCH) break;
    }
    return sent;
  }

  /** Stops sweeping and publishes due rows for at most `deadlineMs`. The rest is left for the next start. */
  async drain(deadlineMs: number): Promise<void> {
    this.stop.abort();
    await waitAtMost(deadlineMs, this.runNow());
  }

  private async repairDueTimes(): Promise<void> {
    if (performance.now() - this.repairedAt < REPAIR_MS) return;
    const count = await this.rows.repairDueTimes();
    this.repairedAt = performance.now();
    if (count > 0) this.logger.warn(`The clock was set back: ${count} outbox rows that waited for it are due now.`);
  }

  /** 0 in a process that runs only during a request, as on Lambda. */
  private get pause(): number {
    return this.options.sweepMs ?? SWEEP_MS;
  }

  private get isElsewhere(): boolean {
    return this.options.relayed === 'elsewhere';
  }

  private async runNow(): Promise<void> {
    this.trigger();
    await this.running;
  }

  private async runWhileWanted(): Promise<void> {
    while (this.wanted) {
      await this.waitForBatch();
      this.wanted = false;
      try {
        await this.sweep(this.outages.waiting());
        this.failing = false;
      } catch (error) {
        if (!this.failing) this.logger.warn(`The outbox cannot be read; trying again: ${String(error)}`);
        this.failing = true;
      }
    }
  }

  /** No delay if a response waits for this work, and no other order can arrive meanwhile. */
  private async waitForBatch(): Promise<void> {
    if (this.pause === 0 || this.stop.signal.aborted) return;
    await sleep(BATCH_DELAY_MS, this.stop.signal);
  }

  /** Publishes one row outside any transaction and stores the outcome. */
  private async relay(row: ClaimedRow): Promise<Outcome> {
    const { request_id: requestId, traceparent } = row.envelope;
    return runWithContext(newContext({ requestId, traceparent }), async () => {
      // A publisher has a shorter deadline for its destination, so a timeout here is the publisher's own fault.
      const publication = this.publish(row).then(
        () => 'arrived' as const,
        (error: unknown) => {
          if (!isUnavailable(error)) throw error;
          return 'away' as const;
        },
      );
      let outcome: Exclude<Outcome, 'failed'>;
      try {
        outcome = await withDeadline(publication, PUBLISH_MS, `The ${row.destination}`);
      } catch (error) {
        await this.storeFailure(row, error);
        return 'failed';
      }
      await (outcome === 'arrived' ? this.rows.markSent(row) : this.rows.postpone(row));
      return outcome;
    });
  }

  private async publish({ destination, envelope }: ClaimedRow): Promise<void> {
    // The destination determines the type of the message.
    const publish = this.options.destinations[destination] as Publish<ClaimedRow['envelope']> | undefined;
    if (!publish) throw new Error(`This service has no publisher for "${destination}".`);
    await publish(envelope);
  }

  private async storeFailure(row: ClaimedRow, error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const parked = await this.rows.markFailed(row, reason);
    const event = `${row.envelope.event_type} ${row.envelope.event_id}`;
    if (parked) this.logger.error(`Parked ${event} after ${row.attempts} attempts: ${reason}`);
    else this.logger.warn(`Attempt ${row.attempts} to publish ${event} failed: ${reason}`);
  }
}
