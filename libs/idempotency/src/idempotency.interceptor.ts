import { createSecretKey, type KeyObject } from 'node:crypto';
import { currentContext } from '@app/kernel';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, from, map, type Observable, of, switchMap } from 'rxjs';
import { Claim, Claims, Replay } from './claims.js';
import { fingerprintOf, hashOfKey, type IdentifiedRequest, keyOf, type ScopeOf } from './request-identity.js';

export const IDEMPOTENCY_SCOPE = 'idempotency:scope';

/** The secret behind body fingerprints. */
export abstract class FingerprintKey {
  abstract readonly value: string;
}

/** Claims the request's key, then runs the handler or replays the first answer. Frees the key when the handler fails. */
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

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const key = keyOf(request);
    if (key === undefined) return next.handle();
    const scope = this.reflector.get<ScopeOf | undefined>(IDEMPOTENCY_SCOPE, context.getHandler());
    const claiming = this.claims.claim(hashOfKey(request, key, scope), fingerprintOf(request.body, this.key));
    return from(claiming).pipe(
      switchMap((outcome) => (outcome instanceof Replay ? replay(context, outcome) : this.run(outcome, next))),
    );
  }

  private run(claim: Claim, next: CallHandler): Observable<unknown> {
    currentContext().idempotencyClaim = claim;
    return next.handle().pipe(
      map((body: unknown) => {
        if (!claim.committed) throw new Error('An @Idempotent route must call Idempotency.commit in its transaction.');
        return body;
      }),
      catchError((error: unknown) =>
        from(claim.committed ? Promise.resolve() : this.claims.free(claim)).pipe(
          map(() => {
            throw error;
          }),
        ),
      ),
    );
  }
}

function replay(context: ExecutionContext, { body }: Replay): Observable<unknown> {
  context
    .switchToHttp()
    .getResponse<{ header(name: string, value: string): void }>()
    .header('Idempotency-Replayed', 'true');
  return of(body);
}
