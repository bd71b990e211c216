import { Database } from '@app/database';
import { inBackground, newContext, runOutsideTransaction, runWithContext, sleep, withDeadline } from '@app/kernel';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CLAIMED_AT_ONCE, type ClaimedRow, OutboxRows } from './outbox-rows.js';
import { OutboxOptions, type Publish } from './publishers.js';

/** A claim of time-outs only ends well inside its lease. */
const PUBLISH_MS = 4_000;
const SWEEP_MS = 1_000;
const DRAIN_MS = 5_000;
/** Nobody notices an e-mail this much later, and the events of several orders share a claim and a call. */
const LINGER_MS = 100;

/**
 * Takes committed outbox rows to their destination: at once when a commit kicks it, and by a sweep for the rest (what a
 * crash or a failure left behind). Delivery is at least once; order is not promised, consumers have `aggregate_version`.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap {
  private readonly logger = new Logger('Relay');
  private readonly stop = new AbortController();
  private started = false;
  private wanted = false;
  private running: Promise<void> | undefined;
  private failing = false;

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

  /** Sweeps from now on; `sweepMs: 0` leaves sweeping to whoever calls `sweep`. */
  start(): void {
    if (this.started || this.pause === 0 || this.isElsewhere) return;
    this.started = true;
    void this.sweepUntilStopped(this.pause);
  }

  /** Publishes what is due, soon and in the background; a kick during a run leads to another run. */
  kick(): void {
    if (this.isElsewhere) return;
    this.wanted = true;
    this.running ??= inBackground(
      runOutsideTransaction(() => this.runWhileWanted()).finally(() => {
        this.running = undefined;
        if (this.wanted) this.kick();
      }),
    );
  }

  /** Publishes everything that is due now; answers how many rows arrived. */
  async sweep(): Promise<number> {
    let sent = 0;
    for (;;) {
      const claimed = await this.rows.claim();
      const outcomes = await Promise.all(claimed.map((row) => this.relay(row)));
      sent += outcomes.filter((arrived) => arrived).length;
      if (claimed.length < CLAIMED_AT_ONCE) return sent;
    }
  }

  /** Stops sweeping and publishes what is due, for at most `deadlineMs`. What is left stays for the next start. */
  async drain(deadlineMs: number): Promise<void> {
    this.stop.abort();
    this.kick();
    const timer = new AbortController();
    await Promise.race([this.running, sleep(deadlineMs, timer.signal).catch(() => undefined)]);
    timer.abort();
  }

  /** 0 where a process runs only while it serves a request, as on Lambda. */
  private get pause(): number {
    return this.options.sweepMs ?? SWEEP_MS;
  }

  private get isElsewhere(): boolean {
    return this.options.relayed === 'elsewhere';
  }

  private async sweepUntilStopped(pause: number): Promise<void> {
    while (!this.stop.signal.aborted) {
      this.kick();
      await this.running;
      await sleep(pause * (0.5 + Math.random()), this.stop.signal).catch(() => undefined);
    }
  }

  private async runWhileWanted(): Promise<void> {
    while (this.wanted) {
      await this.linger();
      this.wanted = false;
      try {
        await this.sweep();
        this.failing = false;
      } catch (error) {
        // Once per outage, not once per sweep.
        if (!this.failing) this.logger.warn(`The outbox cannot be read, and is tried again: ${String(error)}`);
        this.failing = true;
      }
    }
  }

  /** Not where an answer waits for what it left behind, and no other order can come meanwhile. */
  private async linger(): Promise<void> {
    if (this.pause === 0 || this.stop.signal.aborted) return;
    await sleep(LINGER_MS, this.stop.signal).catch(() => undefined);
  }

  /** Publishes one row outside any transaction and notes the outcome. */
  private async relay(row: ClaimedRow): Promise<boolean> {
    const { request_id: requestId, traceparent } = row.envelope;
    return runWithContext(newContext({ requestId, traceparent }), async () => {
      try {
        await withDeadline(this.publish(row), PUBLISH_MS, `The ${row.destination}`);
      } catch (error) {
        await this.noteFailure(row, error);
        return false;
      }
      await this.rows.markSent(row);
      return true;
    });
  }

  private async publish({ destination, envelope }: ClaimedRow): Promise<void> {
    // A row's destination says what its message is.
    const publish = this.options.destinations[destination] as Publish<ClaimedRow['envelope']> | undefined;
    if (!publish) throw new Error(`This service has no publisher for "${destination}".`);
    await publish(envelope);
  }

  private async noteFailure(row: ClaimedRow, error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const parked = await this.rows.markFailed(row, reason);
    const event = `${row.envelope.event_type} ${row.envelope.event_id}`;
    if (parked) this.logger.error(`Parked ${event} after ${row.attempts} attempts: ${reason}`);
    else this.logger.warn(`Attempt ${row.attempts} to publish ${event} failed: ${reason}`);
  }
}
