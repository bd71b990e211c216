import type { ApiConfig, ServiceConfig } from '@app/config';
import type { DatabaseOptions } from '@app/database';
import type { HttpAppOptions } from '@app/http';
import type { CommandServerOptions } from '@app/messaging';
import type { Logger, Metrics } from '@app/telemetry';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { apiModules, type ApiParts, healthModule } from './api.modules.js';
import { checkApi, checkDefinition, checkPlain } from './check-definition.js';
import { CommandsModule } from './commands.module.js';
import type { Manifest } from './manifest.js';
import type { Sweeper } from './sweeper.js';

/** The settings that every service has. */
export type BaseConfig = Pick<ServiceConfig, 'STAGE' | 'LOG_LEVEL' | 'HOST' | 'PORT' | 'CORS_ORIGINS' | 'DOCS'>;

/** Where a service writes what it does. */
export interface Observed {
  logger: Logger;
  metrics: Metrics;
}

/** How a service does what its manifest says. */
export interface ServiceParts<C extends BaseConfig> {
  readonly config: new () => C;
  /** Its controllers and providers: the only place that knows both the configuration and the adapters. */
  readonly module: (config: C, observed: Observed) => DynamicModule;
  /** Its database; left out: it keeps nothing. */
  readonly database?: (config: C) => DatabaseOptions;
  /** What its HTTP app has besides what every one has. */
  readonly http?: (config: C) => Partial<HttpAppOptions>;
  /** Messages of its queue worked on at once, in a process. */
  readonly concurrency?: number;
  /** Whether commands are work before which HTTP requests are refused. */
  readonly commandsAreWork?: boolean;
  /** What it does again and again, and the milliseconds between; 0: never in a process. A function does it every minute. */
  readonly sweeps?: readonly { sweeper: Type<Sweeper>; everyMs: (config: C) => number }[];
  /** Runs before its HTTP is served; throws a sentence where it cannot be. */
  readonly assertServes?: (app: INestApplicationContext) => void;
  /** Runs once all of it is there, in a process before its HTTP is served, on AWS in the relay; may run at any start, in several processes at once. */
  readonly begin?: (app: INestApplicationContext) => Promise<void>;
}

/** What one service is. Its entries, as a process and as Lambda functions, are derived from this. */
export interface Service<C extends BaseConfig> extends ServiceParts<C> {
  readonly manifest: Manifest;
  /** What its kind of service imports. */
  readonly surroundings: (config: C) => NonNullable<DynamicModule['imports']>;
  /** Where it answers commands in a process. */
  readonly commandsAt?: (config: C) => Pick<CommandServerOptions, 'host' | 'port' | 'secret'>;
}

/**
 * A service that knows no callers: health, and a database where it has one. Its routes, if any, are public and unlimited.
 *
 * @throws Error where it does not do what its manifest says.
 */
export function defineService<C extends BaseConfig>(manifest: Manifest, parts: ServiceParts<C>): Service<C> {
  checkDefinition(manifest, parts);
  checkPlain(manifest);
  return {
    manifest,
    surroundings: () => [healthModule(manifest)],
    ...parts,
    http: (config) => ({ bearer: false, ...parts.http?.(config) }),
  };
}

/**
 * A service that knows its callers: it limits them, answers repeated requests once, publishes by an outbox, and refuses
 * requests when it has too much to do.
 *
 * @throws Error where it does not do what its manifest says.
 */
export function defineApi<C extends ApiConfig>(
  manifest: Manifest,
  { api, ...parts }: ServiceParts<C> & { api?: ApiParts },
): Service<C> {
  checkDefinition(manifest, parts);
  checkApi(manifest, { ownAuthentication: api?.authentication !== undefined });
  return {
    manifest,
    surroundings: (config) => [
      ...(manifest.asks ? [CommandsModule.forRoot(config, manifest)] : []),
      ...apiModules(config, manifest, api),
    ],
    commandsAt: ({ COMMANDS_HOST: host, COMMANDS_PORT: port, COMMANDS_SECRET: secret }) => ({ host, port, secret }),
    ...parts,
    http: (config) => ({
      userHashKey: config.FINGERPRINT_KEY,
      trustedProxies: config.TRUSTED_PROXIES,
      admission: { inFlight: config.MAX_IN_FLIGHT, eventLoopDelay: config.MAX_EVENT_LOOP_DELAY },
      strictPreconditions: config.STRICT_PRECONDITIONS,
      ...parts.http?.(config),
    }),
  };
}
