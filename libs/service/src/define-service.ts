import type { ApiConfig, ServiceConfig } from '@app/config';
import type { DatabaseOptions } from '@app/database';
import type { HttpAppOptions } from '@app/http';
import type { Logger, Metrics } from '@app/kernel';
import type { SqsServerOptions } from '@app/messaging';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import type { Sweeper } from './sweeper.js';

/** The settings that every service has. */
export type BaseConfig = Pick<ServiceConfig, 'STAGE' | 'LOG_LEVEL' | 'HOST' | 'PORT' | 'CORS_ORIGINS' | 'DOCS'>;

/** Where a service writes what it does. */
export interface Observed {
  logger: Logger;
  metrics: Metrics;
}

/** What one service is. Its entries, as a process and as Lambda functions, are derived from this. */
export interface Service<C extends BaseConfig> {
  /** Short name: of its folder, its functions, its queue and its log lines. */
  readonly name: string;
  /** Of its OpenAPI document. */
  readonly title: string;
  readonly config: new () => C;
  /** The composition root: the only place that knows both the configuration and the adapters. */
  readonly module: (config: C, observed: Observed) => DynamicModule;
  /** Its database; left out: it keeps nothing. */
  readonly database?: (config: C) => DatabaseOptions;
  /** What its HTTP app has besides what every one has. */
  readonly http?: (config: C) => Partial<HttpAppOptions>;
  /** Where it answers commands of other services; left out: nowhere. */
  readonly answers?: (config: C) => { host: string; port: number; secret: string | undefined };
  /** The queue that brings it events; left out: none. */
  readonly hears?: (config: C) => Pick<SqsServerOptions, 'region' | 'endpoint' | 'queueUrl' | 'concurrency'>;
  /** Whether it tells of what it does by an outbox. */
  readonly publishes?: boolean;
  /** Whether commands are work before which HTTP requests are refused. */
  readonly commandsAreWork?: boolean;
  /** What it does again and again, and the milliseconds between; 0: never in a process. A function does it every minute. */
  readonly sweeps?: readonly { sweeper: Type<Sweeper>; everyMs: (config: C) => number }[];
  /** Runs before its HTTP is served; throws a sentence where it cannot be. */
  readonly assertServes?: (app: INestApplicationContext) => void;
  /** Runs once all of it is there, before it is asked anything; may run at any start, in several processes at once. */
  readonly begin?: (app: INestApplicationContext) => Promise<void>;
}

/** The queue that QUEUE_URL names. */
export const queueOf = (config: Pick<ServiceConfig, 'AWS_REGION' | 'AWS_ENDPOINT_URL'> & { QUEUE_URL: string }) => ({
  region: config.AWS_REGION,
  endpoint: config.AWS_ENDPOINT_URL,
  queueUrl: config.QUEUE_URL,
});

export function defineService<C extends BaseConfig>(service: Service<C>): Service<C> {
  return service;
}

/** A service with a public API: it has an outbox, answers commands, limits who asks, and refuses when it has too much to do. */
export function defineApi<C extends ApiConfig>(service: Service<C>): Service<C> {
  return {
    publishes: true,
    answers: (config) => ({
      host: config.COMMANDS_HOST,
      port: config.COMMANDS_PORT,
      secret: config.COMMANDS_SECRET,
    }),
    ...service,
    http: (config) => ({
      userHashKey: config.FINGERPRINT_KEY,
      trustedProxies: config.TRUSTED_PROXIES,
      admission: { inFlight: config.MAX_IN_FLIGHT, eventLoopDelay: config.MAX_EVENT_LOOP_DELAY },
      strictPreconditions: config.STRICT_PRECONDITIONS,
      ...service.http?.(config),
    }),
  };
}
