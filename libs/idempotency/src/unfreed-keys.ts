import { backoff, inBackground, sleep } from '@app/async';
import type { Database } from '@app/database';
import { runOutsideTransaction } from '@app/kernel';

const RETRY = { base: 100, max: 2_000 };
/** Limit for a long outage; beyond it the leases simply expire. */
const MAX_CLAIMS = 1_000;

/**
 * Keys of failed requests that could not be released because the database was down. They are released as soon as it is
 * back: clients retry with the same keys, and would otherwise wait for a whole lease.
 */
export class UnfreedKeys<Claim> {
  private readonly claims: Claim[] = [];
  private readonly closing = new AbortController();
  private working: Promise<void> | undefined;

  constructor(
    database: Database,
    private readonly free: (claim: Claim) => Promise<void>,
  ) {
    database.beforeClose(() => {
      this.closing.abort();
      return this.working ?? Promise.resolve();
    });
  }

  add(claim: Claim): void {
    if (this.claims.length >= MAX_CLAIMS) return;
    this.claims.push(claim);
    this.working ??= inBackground(runOutsideTransaction(() => this.freeAll()));
  }

  private async freeAll(): Promise<void> {
    let failures = 0;
    for (let claim = this.claims[0]; claim; claim = this.claims[0]) {
      try {
        await this.free(claim);
        this.claims.shift();
        failures = 0;
      } catch {
        if (this.closing.signal.aborted) break;
        await sleep(backoff(failures++, RETRY), this.closing.signal).catch(() => undefined);
      }
    }
    this.working = undefined;
  }
}
