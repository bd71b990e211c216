import { Clock, SystemClock } from '@app/kernel';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Claims } from './claims.js';
import { FingerprintKey, IdempotencyInterceptor } from './idempotency.interceptor.js';
import { Idempotency } from './idempotency.js';

/** Enables `@Idempotent` routes. */
@Global()
@Module({})
export class IdempotencyModule {
  static forRoot(options: { fingerprintKey: string }): DynamicModule {
    return {
      module: IdempotencyModule,
      providers: [
        { provide: FingerprintKey, useValue: { value: options.fingerprintKey } satisfies FingerprintKey },
        { provide: Clock, useClass: SystemClock },
        Claims,
        Idempotency,
        IdempotencyInterceptor,
      ],
      exports: [Idempotency, Claims, FingerprintKey],
    };
  }
}
