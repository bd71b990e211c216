import { Injectable } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Caller, DomainError, ROLES, type Role, systemTime } from '@app/kernel';
import { EndedSessions } from './ended-sessions.js';
import { KeySource } from './key-source.js';

/** The issuer and audience that a valid access token must have. */
export interface TokenRules {
  issuer: string;
  audience: string;
}

/** What is cached of a token whose signature and claims are valid. */
interface VerifiedToken {
  caller: Caller;
  /** Epoch seconds. */
  issuedAt: number;
  /** Epoch milliseconds. */
  cachedUntil: number;
}

const MAX_TOKEN = 4_096;
const VERIFIED_MS = 60_000;
/** A token that is not valid yet may become valid soon. */
const REFUSED_MS = 10_000;

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** Verifies access tokens: ES256, `typ: at+jwt`, issuer, audience, times, a known key, and no ended session. */
@Injectable()
export class TokenVerifier {
  /** Imported keys by key set: importing a key costs more than verifying a token. */
  private readonly imported = new WeakMap<JSONWebKeySet, LocalKeys>();

  /**
   * For at most a minute: checking a signature costs more than the rest of a cheap request, and a client sends the same
   * token with every request. A withdrawn key stays valid for that minute. The cache's own clock would stand still in a
   * frozen Lambda, so an entry says itself until when it counts.
   */
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: 2_000 });

  /** For ten seconds: rejecting a token costs as much as accepting it. */
  private readonly refusals = new LRUCache<string, true>({ max: 1_000, ttl: REFUSED_MS, ttlResolution: 0 });

  constructor(
    private readonly rules: TokenRules,
    private readonly source: KeySource,
    private readonly ended: EndedSessions,
  ) {}

  /** @throws DomainError `unauthenticated`; `service-unavailable` when the keys cannot be fetched. */
  async verify(token: string): Promise<Caller> {
    if (token.length > MAX_TOKEN || this.refusals.has(token)) throw refused();
    const known = this.verified.get(token);
    const { caller, issuedAt } = known && systemTime() < known.cachedUntil ? known : await this.check(token);
    const notBefore = await this.ended.notBefore(caller.user_id);
    if (notBefore !== undefined && issuedAt < notBefore) throw refused();
    return caller;
  }

  private async check(token: string): Promise<VerifiedToken> {
    const payload = await this.payloadOf(token);
    const caller = callerOf(payload);
    const { iat: issuedAt, exp: expiresAt } = payload;
    if (!caller || issuedAt === undefined || expiresAt === undefined) throw refused();
    const cachedUntil = Math.min(systemTime() + VERIFIED_MS, expiresAt * 1_000);
    const verified = { caller, issuedAt, cachedUntil };
    this.verified.set(token, verified);
    return verified;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyOf(header), {
        algorithms: ['ES256'],
        typ: 'at+jwt',
        issuer: this.rules.issuer,
        audience: this.rules.audience,
        requiredClaims: ['sub', 'iat', 'exp', 'role'],
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      // Not cached: our own rejections are cheap, and an unknown key may be known in a moment.
      if (error instanceof DomainError) throw error.kind === 'unavailable' ? error : refused();
      this.refusals.set(token, true);
      throw refused();
    }
  }

  private async keyOf(header: JWTHeaderParameters): Promise<Awaited<ReturnType<LocalKeys>>> {
    const { kid } = header;
    if (typeof kid !== 'string') throw refused();
    const known = await this.source.keys();
    const set = holds(known, kid) ? known : await this.source.refresh();
    if (!holds(set, kid)) throw refused();
    let local = this.imported.get(set);
    if (!local) this.imported.set(set, (local = createLocalJWKSet(set)));
    return local({ alg: 'ES256', kid });
  }
}

function holds(set: JSONWebKeySet, kid: string): boolean {
  return set.keys.some((key) => key.kid === kid);
}

function callerOf({ sub, role }: JWTPayload): Caller | undefined {
  if (typeof sub !== 'string' || !/^[1-9]\d{0,9}$/.test(sub) || !ROLES.includes(role as Role)) return undefined;
  return { user_id: Number(sub), role: role as Role };
}

function refused(): DomainError {
  return new DomainError('unauthenticated', 'Send a valid access token: Authorization: Bearer <token>.');
}
