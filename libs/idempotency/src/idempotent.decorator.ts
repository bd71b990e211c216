import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IDEMPOTENCY_SCOPE, IdempotencyInterceptor } from './idempotency.interceptor.js';
import type { KNOWN_CALLERS, ScopeOf } from './request-identity.js';

/**
 * Makes a route safe to retry with an `Idempotency-Key`. It passes its `@Claimed()` parameter to its service, which must
 * call `Idempotency.commit` with it in the transaction that does the work.
 *
 * @param scope on a public route: returns the owner of the key from the body, or `KNOWN_CALLERS`; elsewhere the caller
 *   owns it, or the guest, whose keys are those of one cart or order.
 */
export function Idempotent(scope?: ScopeOf | typeof KNOWN_CALLERS): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENCY_SCOPE, scope),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Repeats with the same key and body get the first answer again, for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
    }),
  );
}
