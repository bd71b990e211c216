import { AuthModule } from '@app/auth';
import { databaseAccess, textSource } from '@app/config';
import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { createHttpApp, HealthModule } from '@app/http';
import { IdempotencyModule } from '@app/idempotency';
import { Clock, type Logger, type Metrics, NoMetrics, SystemClock } from '@app/kernel';
import { LimitStorage, LimitsModule } from '@app/limits';
import { CommandServer, connectServer, SnsClient } from '@app/messaging';
import { OutboxModule, watchOutbox } from '@app/outbox';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessTokens } from './auth/access-tokens.js';
import { AccountPageController } from './auth/account-page.controller.js';
import { AccountService } from './auth/account.service.js';
import { AccountTokensRepository } from './auth/account-tokens.repository.js';
import { AccountTokens } from './auth/account-tokens.service.js';
import { AuthController } from './auth/auth.controller.js';
import { AuthService } from './auth/auth.service.js';
import { Credentials } from './auth/credentials.service.js';
import { FailedAttempts } from './auth/failed-attempts.service.js';
import { KnownClients } from './auth/known-clients.js';
import { MailLimits } from './auth/mail-limits.service.js';
import { JwksController } from './auth/jwks.controller.js';
import { assertArgon2, Passwords } from './auth/passwords.js';
import { ServerSecret } from './auth/secrets.js';
import { SessionsRepository } from './auth/sessions.repository.js';
import { Sessions } from './auth/sessions.service.js';
import { SigningKeys } from './auth/signing-keys.js';
import { WindowCountsRepository } from './auth/window-counts.repository.js';
import { usersDatabase } from './database/data-source.js';
import { FirstAdmin } from './users/first-admin.js';
import { UserChangesService } from './users/user-changes.service.js';
import { UserEvents } from './users/user-events.js';
import { UsersCommandsController } from './users/users.commands.controller.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';
import type { UsersConfig } from './users.config.js';

const PROVIDERS = [
  AccountService,
  AccountTokens,
  AccountTokensRepository,
  AuthService,
  Credentials,
  FailedAttempts,
  KnownClients,
  MailLimits,
  Passwords,
  Sessions,
  SessionsRepository,
  UserChangesService,
  UserEvents,
  UsersRepository,
  UsersService,
  WindowCountsRepository,
];

/** The users service. The only place that knows both its configuration and its adapters. */
@Global()
@Module({})
export class UsersAppModule {
  static forConfig(config: UsersConfig): DynamicModule {
    const sns = new SnsClient({
      region: config.AWS_REGION,
      endpoint: config.AWS_ENDPOINT_URL,
      topicArn: config.TOPIC_ARN,
    });
    return {
      module: UsersAppModule,
      imports: [
        DatabaseModule.forRoot(usersDatabase(databaseAccess(config))),
        IdempotencyModule.forRoot({ fingerprintKey: config.FINGERPRINT_KEY }),
        OutboxModule.forRoot({
          destinations: { topic: (envelope) => sns.publishEnvelope(envelope) },
          sweepMs: config.OUTBOX_SWEEP,
        }),
        LimitsModule.around(authModule(config), {
          perAddress: config.LIMIT_PER_ADDRESS,
          perUser: config.LIMIT_PER_USER,
          redisUrl: config.REDIS_URL,
        }),
        healthModule(config),
      ],
      controllers: [
        UsersController,
        AuthController,
        JwksController,
        UsersCommandsController,
        ...(config.ACCOUNT_URL === undefined ? [AccountPageController] : []),
      ],
      providers: [...PROVIDERS, ...configuredProviders(config)],
      exports: [SigningKeys, Sessions],
    };
  }
}

function authModule(config: UsersConfig): DynamicModule {
  return AuthModule.forRoot<[SigningKeys, Sessions]>({
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    inject: [SigningKeys, Sessions],
    keys: (keys) => keys,
    endedSessions: (_, sessions) => sessions,
  });
}

function healthModule(config: UsersConfig): DynamicModule {
  return HealthModule.forRoot({
    inject: [Database, LimitStorage],
    checks: (database: Database, limits: LimitStorage) => ({
      database: { check: () => database.ping(), critical: true },
      ...(config.REDIS_URL !== undefined && { redis: { check: () => limits.ping(), critical: false } }),
    }),
  });
}

function configuredProviders(config: UsersConfig): NonNullable<DynamicModule['providers']> {
  const identity = { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE };
  const admin = { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD };
  return [
    { provide: Clock, useClass: SystemClock },
    { provide: ServerSecret, useValue: { value: config.FINGERPRINT_KEY } satisfies ServerSecret },
    {
      provide: SigningKeys,
      inject: [Clock],
      useFactory: (clock: Clock) => SigningKeys.open(textSource(config.JWT_KEYS, config), clock),
    },
    {
      provide: AccessTokens,
      inject: [SigningKeys, Clock],
      useFactory: (keys: SigningKeys, clock: Clock) => new AccessTokens(keys, clock, identity),
    },
    { provide: FirstAdmin, inject: [UsersService], useFactory: (users: UsersService) => new FirstAdmin(users, admin) },
  ];
}

/** The service with its two inputs: HTTP (not yet listening) and commands (already running). */
export async function createUsersApp(
  config: UsersConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createUsersHttpApp(config, logger, metrics);
  watchOutbox(metrics, app.get(Database));
  connectServer(
    app,
    new CommandServer({
      host: config.COMMANDS_HOST,
      port: config.COMMANDS_PORT,
      secret: config.COMMANDS_SECRET,
      logger,
      metrics,
    }),
  );
  await app.startAllMicroservices();
  await app.init();
  await app.get(FirstAdmin).ensure();
  return app;
}

export async function createUsersHttpApp(
  config: UsersConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  assertArgon2();
  const app = await createHttpApp(UsersAppModule.forConfig(config), {
    service: 'users',
    title: 'Users',
    logger,
    metrics,
    userHashKey: config.FINGERPRINT_KEY,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    admission: { inFlight: config.MAX_IN_FLIGHT, eventLoopDelay: config.MAX_EVENT_LOOP_DELAY },
    strictPreconditions: config.STRICT_PRECONDITIONS,
    docs: config.DOCS,
  });
  app.get(SigningKeys).assertSigns();
  watchDatabase(metrics, app.get(Database));
  return app;
}
