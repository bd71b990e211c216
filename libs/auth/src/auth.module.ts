import { type DynamicModule, type InjectionToken, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { EndedSessions } from './ended-sessions.js';
import { KeySource } from './key-source.js';
import { assertControllersMarked } from './routes-marked.js';
import { TokenVerifier } from './token-verifier.js';

export interface AuthOptions<D extends unknown[]> {
  /** `iss` of access tokens. */
  issuer: string;
  /** `aud` of access tokens. */
  audience: string;
  /** Modules that export the providers in `inject`; not needed for global ones. */
  imports?: NonNullable<DynamicModule['imports']>;
  /** Providers passed to both factories. */
  inject?: InjectionToken[];
  keys: (...dependencies: D) => KeySource;
  endedSessions: (...dependencies: D) => EndedSessions;
}

/** Checks access on every HTTP route. If a route declares none, the app does not start. */
@Module({})
export class AuthModule implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  static forRoot<D extends unknown[]>(options: AuthOptions<D>): DynamicModule {
    const { issuer, audience, inject = [], imports = [] } = options;
    return {
      module: AuthModule,
      global: true,
      imports,
      providers: [
        { provide: KeySource, inject, useFactory: options.keys },
        { provide: EndedSessions, inject, useFactory: options.endedSessions },
        {
          provide: TokenVerifier,
          inject: [KeySource, EndedSessions],
          useFactory: (keys: KeySource, ended: EndedSessions) => new TokenVerifier({ issuer, audience }, keys, ended),
        },
        { provide: APP_GUARD, useClass: AuthGuard },
      ],
      exports: [KeySource, EndedSessions, TokenVerifier],
    };
  }

  onModuleInit(): void {
    assertControllersMarked(this.modules);
  }
}
