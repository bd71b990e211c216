import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Claim } from './claims.js';

/** By request; undefined for one without a key. */
const claims = new WeakMap<object, Claim | undefined>();

/** Keeps the claim for the parameter of the route's method. */
export function handOver(context: ExecutionContext, claim: Claim | undefined): void {
  claims.set(context.switchToHttp().getRequest<object>(), claim);
}

/** @throws Error if the route is not `@Idempotent`: nothing would claim the key, nor release it. */
export function claimOf(context: ExecutionContext): Claim | undefined {
  const request = context.switchToHttp().getRequest<object>();
  if (!claims.has(request)) throw new Error('A route with a @Claimed parameter must be @Idempotent.');
  return claims.get(request);
}

/** Injects the claim of the request's key, for the service that does the work: `Claim | undefined`, without a key. */
export const Claimed = createParamDecorator((_: unknown, context: ExecutionContext) => claimOf(context));
