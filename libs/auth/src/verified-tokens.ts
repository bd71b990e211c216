import type { Caller } from '@app/kernel';

/** What is cached of a token whose signature and claims are valid. */
export interface VerifiedToken {
  caller: Caller;
  /** Epoch seconds. */
  issuedAt: number;
  /** Epoch seconds. */
  expiresAt: number;
}

const MAX_TOKENS = 2_000;
const KEPT_MS = 60_000;

/**
 * Caches verified tokens for at most a minute: checking a signature costs more than the rest of a cheap request, and a
 * client sends the same token with every request. A withdrawn key stays valid for that minute.
 */
export class VerifiedTokens {
  private readonly tokens = new Map<string, VerifiedToken & { until: number }>();

  get(token: string, nowMs: number): VerifiedToken | undefined {
    const known = this.tokens.get(token);
    if (known && nowMs < known.until) return known;
    this.tokens.delete(token);
    return undefined;
  }

  remember(token: string, verified: VerifiedToken, nowMs: number): void {
    if (this.tokens.size >= MAX_TOKENS) {
      const [oldest] = this.tokens.keys();
      if (oldest !== undefined) this.tokens.delete(oldest);
    }
    this.tokens.set(token, { ...verified, until: Math.min(nowMs + KEPT_MS, verified.expiresAt * 1000) });
  }
}
