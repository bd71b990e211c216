const MAX_TOKENS = 1_000;
/** A token that is not valid yet may become valid soon. */
const KEPT_MS = 10_000;

/** Caches rejected tokens for ten seconds: rejecting one costs as much as accepting it. */
export class RefusedTokens {
  private readonly until = new Map<string, number>();

  holds(token: string, nowMs: number): boolean {
    const until = this.until.get(token);
    if (until === undefined) return false;
    if (nowMs < until) return true;
    this.until.delete(token);
    return false;
  }

  remember(token: string, nowMs: number): void {
    if (this.until.size >= MAX_TOKENS) {
      const [oldest] = this.until.keys();
      if (oldest !== undefined) this.until.delete(oldest);
    }
    this.until.set(token, nowMs + KEPT_MS);
  }
}
