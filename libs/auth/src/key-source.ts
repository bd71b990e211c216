import type { JSONWebKeySet } from 'jose';

/** Provides the public keys that verify access tokens. */
export abstract class KeySource {
  /** Returns the current keys; the same object while nothing has changed keeps verification fast. */
  abstract keys(): Promise<JSONWebKeySet>;

  /** Called for a token with an unknown `kid`: a key may have been added since. */
  refresh(): Promise<JSONWebKeySet> {
    return this.keys();
  }
}

const FRESH_MS = 5 * 60_000;
const REFRESH_MS = 30_000;
const RETRY_MS = 1_000;

/**
 * Caches keys of a remote source, such as the users service, for 5 minutes, and fetches them again for an unknown `kid`
 * at most once in 30 s. While the source is down it is asked at most once a second; `keys` returns the last known ones,
 * and `refresh` rejects, since an unknown `kid` may be a new key.
 */
export class CachedKeySource extends KeySource {
  private known: JSONWebKeySet | undefined;
  private pending: Promise<JSONWebKeySet> | undefined;
  private answeredAt = Number.NEGATIVE_INFINITY;
  private failure: { at: number; error: unknown } | undefined;

  constructor(
    private readonly ask: () => Promise<JSONWebKeySet>,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  override async keys(): Promise<JSONWebKeySet> {
    try {
      return await this.atMostEvery(FRESH_MS);
    } catch (error) {
      if (this.known) return this.known;
      throw error;
    }
  }

  override refresh(): Promise<JSONWebKeySet> {
    return this.atMostEvery(REFRESH_MS);
  }

  private async atMostEvery(ms: number): Promise<JSONWebKeySet> {
    const now = this.now();
    if (this.known && now - this.answeredAt < ms) return this.known;
    if (this.known && this.failure && now - this.failure.at < RETRY_MS) throw this.failure.error;
    this.pending ??= this.load().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async load(): Promise<JSONWebKeySet> {
    try {
      this.known = await this.ask();
      this.answeredAt = this.now();
      this.failure = undefined;
      return this.known;
    } catch (error) {
      this.failure = { at: this.now(), error };
      throw error;
    }
  }
}
