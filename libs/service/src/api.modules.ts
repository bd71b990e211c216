import { type AuthOptions, AuthModule, CachedKeySource } from '@app/auth';
import type { ApiConfig } from '@app/config';
import { Database } from '@app/database';
import { type HealthCheck, HealthModule } from '@app/http';
import { IdempotencyModule } from '@app/idempotency';
import { LimitStorage, LimitsModule } from '@app/limits';
import { type Commands, SnsClient } from '@app/messaging';
import { OutboxModule, type OutboxOptions } from '@app/outbox';
import { SessionsModule, StoredEndedSessions } from '@app/sessions';
import type { DynamicModule, InjectionToken } from '@nestjs/common';
import { commandsOf } from './commands.module.js';
import type { Manifest } from './manifest.js';

/** A part of a service that tells whether it works. */
interface Pinged {
  ping(): Promise<unknown>;
}

export interface ApiParts {
  /** Where outbox rows go besides the topic. */
  destinations?: {
    inject: InjectionToken[];
    // Nest calls it with what `inject` names, which the type system cannot follow.
    useFactory: (...injected: never[]) => Omit<OutboxOptions['destinations'], 'topic'>;
  };
  /** Whose access tokens are believed; default those of users, which tells its keys by a command. */
  authentication?: Pick<AuthOptions<never[]>, 'inject' | 'keys' | 'endedSessions'>;
  /** What uses Redis where there is one; default what counts requests. */
  redis?: InjectionToken<Pinged>;
}

type Modules = NonNullable<DynamicModule['imports']>;

/** What every service with an API imports: idempotency, outbox, limits around authentication, health. */
export function apiModules(config: ApiConfig, manifest: Manifest, parts: ApiParts = {}): Modules {
  return [
    IdempotencyModule.forRoot({ fingerprintKey: config.FINGERPRINT_KEY }),
    outboxModule(config, parts),
    ...(parts.authentication ? [] : [SessionsModule]),
    LimitsModule.around(authModule(config, parts), {
      perAddress: config.LIMIT_PER_ADDRESS,
      perUser: config.LIMIT_PER_USER,
      redisUrl: config.REDIS_URL,
    }),
    healthModule(manifest, { ...parts, redisUrl: config.REDIS_URL }),
  ];
}

function outboxModule(config: ApiConfig, { destinations }: ApiParts): DynamicModule {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, TOPIC_ARN: topicArn } = config;
  const sns = new SnsClient({ region, endpoint, topicArn });
  return OutboxModule.forRootAsync({
    inject: destinations?.inject ?? [],
    useFactory: (...injected: never[]) => ({
      destinations: { topic: (envelope) => sns.publishEnvelope(envelope), ...destinations?.useFactory(...injected) },
      sweepMs: config.OUTBOX_SWEEP,
    }),
  });
}

function authModule(config: ApiConfig, { authentication }: ApiParts): DynamicModule {
  const identity = { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE };
  if (authentication) return AuthModule.forRoot<never[]>({ ...identity, ...authentication });
  return AuthModule.forRoot<[Commands, StoredEndedSessions]>({
    ...identity,
    inject: [commandsOf('users'), StoredEndedSessions],
    keys: (users) => new CachedKeySource(() => users.ask('users.keys', {}, { idempotent: true })),
    endedSessions: (_, sessions) => sessions,
  });
}

/** Whether its database and the shared cache answer, where it has them. */
export function healthModule(
  manifest: Manifest,
  { redis = LimitStorage, redisUrl }: Pick<ApiParts, 'redis'> & { redisUrl?: string | undefined } = {},
): DynamicModule {
  const parts = [
    ...(manifest.database ? [{ name: 'database', token: Database, critical: true }] : []),
    ...(redisUrl === undefined ? [] : [{ name: 'redis', token: redis, critical: false }]),
  ];
  return HealthModule.forRoot({
    inject: parts.map(({ token }) => token),
    checks: (...found: Pinged[]): Record<string, HealthCheck> =>
      Object.fromEntries(
        parts.map(({ name, critical }, index) => [name, { critical, check: async () => found[index]?.ping() }]),
      ),
  });
}
