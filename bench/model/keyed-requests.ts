import type { Database } from '@app/database';
import { type Caller, type Clock, newContext, runWithContext } from '@app/kernel';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { defer, lastValueFrom } from 'rxjs';
import { type Claim, Claims } from '../../libs/idempotency/src/claims.js';
import { claimOf } from '../../libs/idempotency/src/claimed.decorator.js';
import { IdempotencyInterceptor } from '../../libs/idempotency/src/idempotency.interceptor.js';

export interface KeyedRequest {
  caller: Caller;
  url: string;
  /** Its Idempotency-Key. */
  key: string | undefined;
  body: object;
}

/** Runs requests as the interceptor of their keys does over HTTP. */
export class KeyedRequests {
  readonly claims: Claims;
  private readonly interceptor: IdempotencyInterceptor;

  constructor(database: Database, clock: Clock) {
    this.claims = new Claims(database, clock);
    this.interceptor = new IdempotencyInterceptor(this.claims, { value: 'a key for fingerprints' }, new Reflector());
  }

  /** Returns the response's body: that of `work`, or the one that was stored. */
  run<T>(request: KeyedRequest, work: (claim: Claim | undefined) => Promise<T>): Promise<T> {
    return runWithContext({ ...newContext(), caller: request.caller }, async () => {
      const context = httpContext(request);
      const response = await this.interceptor.intercept(context, { handle: () => defer(() => work(claimOf(context))) });
      return (await lastValueFrom(response)) as T;
    });
  }
}

/** The parts of a request that the idempotency interceptor reads. */
function httpContext({ url, key, body }: KeyedRequest): ExecutionContext {
  const request = {
    method: 'POST',
    headers: { 'idempotency-key': key },
    routeOptions: { url },
    params: {},
    body,
  };
  const context = {
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ header: () => undefined }) }),
    getHandler: () => httpContext,
  };
  return context as unknown as ExecutionContext;
}
