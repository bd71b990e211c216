import type { JSONWebKeySet } from 'jose';

/** Where the public keys come from that access tokens are verified with. */
export abstract class KeySource {
  /** The present keys. Answering the same object while nothing changed keeps verification fast. */
  abstract keys(): Promise<JSONWebKeySet>;

  /** Called for a token whose `kid` is unknown: a key may have been added since. */
  refresh(): Promise<JSONWebKeySet> {
    return this.keys();
  }
}

const FRESH_MS = 5 * 60_000;
const REFRESH_MS = 30_000;

/**
 * Keys that are asked from somewhere else, such as the users service: kept for 5 minutes, asked again for an unknown
 * `kid` at most once in 30 s, and kept longer while the other side is away.
 */
export class CachedKeySource extends KeySource {
  private known: JSONWebKeySet | undefined;
  private pending: Promise<JSONWebKeySet> | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly ask: () => Promise<JSONWebKeySet>,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  override keys(): Promise<JSONWebKeySet> {
    return this.atMostEvery(FRESH_MS);
  }

  override refresh(): Promise<JSONWebKeySet> {
    return this.atMostEvery(REFRESH_MS);
  }

  private atMostEvery(ms: number): Promise<JSONWebKeySet> {
    if (this.pending) return this.pending;
    if (this.known && this.now() - this.askedAt < ms) return Promise.resolve(this.known);
    this.pending = this.load().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async load(): Promise<JSONWebKeySet> {
    try {
      this.known = await this.ask();
    } catch (error) {
      if (!this.known) throw error;
    }
    this.askedAt = this.now();
    return this.known;
  }
}
