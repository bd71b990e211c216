import type { components } from './schema.ts';

export type TokenPair = components['schemas']['TokenPairDto'];

/** A token is refreshed this long before it expires, so that no request arrives with an expired one. */
const MARGIN_MS = 10_000;

/**
 * Keeps a pair of tokens fresh with one refresh at a time: using a refresh token twice ends the session, unless both
 * uses come within ten seconds.
 */
export class Session {
  private expiresAt = 0;
  private refreshing: Promise<TokenPair> | undefined;
  private pair: TokenPair | undefined;

  private readonly refresh: (refreshToken: string) => Promise<TokenPair>;
  private readonly onTokens: (pair: TokenPair) => void;

  constructor(refresh: (refreshToken: string) => Promise<TokenPair>, onTokens: (pair: TokenPair) => void) {
    this.refresh = refresh;
    this.onTokens = onTokens;
  }

  get tokens(): TokenPair | undefined {
    return this.pair;
  }

  begin(pair: TokenPair): void {
    this.pair = pair;
    this.expiresAt = Date.now() + pair.expires_in * 1000;
    this.onTokens(pair);
  }

  end(): void {
    this.pair = undefined;
  }

  /** Returns a token to send; `refused` is one that just got a 401. */
  async accessToken(refused?: string): Promise<string | undefined> {
    if (!this.pair) return undefined;
    const stale = this.pair.access_token === refused || Date.now() > this.expiresAt - MARGIN_MS;
    if (!stale) return this.pair.access_token;
    return (await (this.refreshing ??= this.renew(this.pair))).access_token;
  }

  private async renew({ refresh_token }: TokenPair): Promise<TokenPair> {
    try {
      const pair = await this.refresh(refresh_token);
      this.begin(pair);
      return pair;
    } finally {
      this.refreshing = undefined;
    }
  }
}
