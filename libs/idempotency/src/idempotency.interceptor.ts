import { createSecretKey, type KeyObject } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { handOver } from './claimed.decorator.js';
import { type Claim, Claims, Replay } from './claims.js';
import {
  fingerprintOf,
  hashOfKey,
  type IdentifiedRequest,
  keyOf,
  type KNOWN_CALLERS,
  type ScopeOf,
} from './request-identity.js';

export const IDEMPOTENCY_SCOPE = 'idempotency:scope';

type Scope = ScopeOf | typeof KNOWN_CALLERS | undefined;

/** The secret key of body fingerprints. */
export abstract class FingerprintKey {
  abstract readonly value: string;
}

/** Claims the request's key, then runs the handler or replays the first response. Releases the key on a failure. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly key: KeyObject;

  constructor(
    private readonly claims: Claims,
    fingerprintKey: FingerprintKey,
    private readonly reflector: Reflector,
  ) {
    this.key = createSecretKey(fingerprintKey.value, 'utf8');
  }

  /** One async function: chained operators for each step would cost more than the steps. */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const key = keyOf(request);
    const scope = this.reflector.get<Scope>(IDEMPOTENCY_SCOPE, context.getHandler());
    const keyHash = key === undefined ? undefined : hashOfKey(request, key, scope);
    if (keyHash === undefined) {
      handOver(context, undefined);
      return next.handle();
    }
    const outcome = await this.claims.claim(keyHash, fingerprintOf(request.body, this.key));
    if (outcome instanceof Replay) return replay(context, outcome);
    handOver(context, outcome);
    return of(await this.run(outcome, next));
  }

  private async run(claim: Claim, next: CallHandler): Promise<unknown> {
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (claim.committed) return body;
      if (claim.unused) {
        await this.claims.free(claim);
        return body;
      }
      throw new Error('An @Idempotent route must pass its claim to Idempotency.commit in its transaction.');
    } catch (error) {
      if (!claim.committed) await this.claims.free(claim);
      throw error;
    }
  }
}

function replay(context: ExecutionContext, { body }: Replay): Observable<unknown> {
  context
    .switchToHttp()
    .getResponse<{ header(name: string, value: string): void }>()
    .header('Idempotency-Replayed', 'true');
  return of(body);
}
