import { AuthModule, CachedKeySource } from '@app/auth';
import { databaseAccess } from '@app/config';
import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { TOPOLOGY } from '@app/events';
import { createHttpApp, HealthChecks, HealthModule } from '@app/http';
import { IdempotencyModule } from '@app/idempotency';
import { Clock, type Logger, type Metrics, NoMetrics, SystemClock } from '@app/kernel';
import { LimitStorage, LimitsModule } from '@app/limits';
import { commandClient, Commands, CommandServer, connectServer, SnsClient, SqsServer } from '@app/messaging';
import { OutboxModule, watchOutbox } from '@app/outbox';
import { SessionsModule, StoredEndedSessions } from '@app/sessions';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountsController } from './accounts/accounts.controller.js';
import { CustomersClient } from './customers/customers.client.js';
import { ordersDatabase } from './database/data-source.js';
import { InventoryClient } from './inventory/inventory.client.js';
import { Abandonment } from './orders/abandonment.js';
import { CheckoutService } from './orders/checkout.service.js';
import { OrderEvents } from './orders/order-events.js';
import { OrderRefsRepository } from './orders/order-refs.repository.js';
import { OrderWriter } from './orders/order-writer.js';
import { OrdersCommandsController } from './orders/orders.commands.controller.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { OrdersService } from './orders/orders.service.js';
import { SettlementService } from './orders/settlement.service.js';
import { UnpaidBound, UnpaidSettings } from './orders/unpaid-bound.js';
import { UnpaidOrdersSweeper } from './orders/unpaid-orders.sweeper.js';
import type { OrdersConfig } from './orders.config.js';

const USERS = Symbol('commands of the users service');
const PRODUCTS = Symbol('commands of the products service');

const PROVIDERS = [
  Abandonment,
  CheckoutService,
  OrderEvents,
  OrderRefsRepository,
  OrderWriter,
  OrdersRepository,
  OrdersService,
  SettlementService,
  UnpaidBound,
];

/** The orders service. The only place that knows both its configuration and its adapters. */
@Global()
@Module({})
export class OrdersAppModule implements OnApplicationShutdown {
  constructor(
    @Inject(USERS) private readonly users: Commands,
    @Inject(PRODUCTS) private readonly products: Commands,
  ) {}

  static forConfig(config: OrdersConfig): DynamicModule {
    const aws = { region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
    const sns = new SnsClient({ ...aws, topicArn: config.TOPIC_ARN });
    const commands = (address: string) =>
      new Commands(commandClient(address, { ...aws, secret: config.COMMANDS_SECRET }));
    return {
      module: OrdersAppModule,
      imports: [
        DatabaseModule.forRoot(ordersDatabase(databaseAccess(config))),
        SessionsModule,
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
      controllers: [OrdersController, OrdersCommandsController, AccountsController],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: USERS, useFactory: () => commands(config.USERS_COMMANDS) },
        { provide: PRODUCTS, useFactory: () => commands(config.PRODUCTS_COMMANDS) },
        { provide: CustomersClient, inject: [USERS], useFactory: (users: Commands) => new CustomersClient(users) },
        {
          provide: InventoryClient,
          inject: [PRODUCTS],
          useFactory: (products: Commands) => new InventoryClient(products, config.CURRENCY),
        },
        {
          provide: UnpaidOrdersSweeper,
          inject: [OrdersService, Clock, UnpaidSettings],
          useFactory: (orders: OrdersService, clock: Clock, settings: UnpaidSettings) =>
            new UnpaidOrdersSweeper(orders, clock, settings),
        },
        {
          provide: UnpaidSettings,
          useValue: unpaidSettings(config),
        },
        ...PROVIDERS,
      ],
      exports: [USERS],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.users.close(), this.products.close()]);
  }
}

const unpaidSettings = (config: OrdersConfig): UnpaidSettings => ({
  maxPieces: config.MAX_UNPAID_PIECES,
  ttlMs: config.UNPAID_ORDER_TTL,
  unverifiedTtlMs: config.UNVERIFIED_ORDER_TTL,
});

function authModule(config: OrdersConfig): DynamicModule {
  return AuthModule.forRoot<[Commands, StoredEndedSessions]>({
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    inject: [USERS, StoredEndedSessions],
    keys: (users) => new CachedKeySource(() => users.ask('users.keys', {}, { idempotent: true })),
    endedSessions: (_, sessions) => sessions,
  });
}

function healthModule(config: OrdersConfig): DynamicModule {
  return HealthModule.forRoot({
    inject: [Database, LimitStorage],
    checks: (database: Database, limits: LimitStorage) => ({
      database: { check: () => database.ping(), critical: true },
      ...(config.REDIS_URL !== undefined && { redis: { check: () => limits.ping(), critical: false } }),
    }),
  });
}

/** The service with its three inputs: HTTP (not yet listening), commands and events (already running). */
export async function createOrdersApp(
  config: OrdersConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createOrdersHttpApp(config, logger, metrics);
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
  const queue = ordersEventServer(config, logger, metrics);
  connectServer(app, queue);
  app.get(HealthChecks).add('queue', { check: () => queue.ping(), critical: false });
  await app.startAllMicroservices();
  await app.init();
  app.get(UnpaidOrdersSweeper).start();
  return app;
}

export async function createOrdersHttpApp(
  config: OrdersConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(OrdersAppModule.forConfig(config), {
    service: 'orders',
    title: 'Orders',
    currency: config.CURRENCY,
    logger,
    metrics,
    userHashKey: config.FINGERPRINT_KEY,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    admission: { inFlight: config.MAX_IN_FLIGHT, eventLoopDelay: config.MAX_EVENT_LOOP_DELAY },
    strictPreconditions: config.STRICT_PRECONDITIONS,
    docs: config.DOCS,
  });
  watchDatabase(metrics, app.get(Database));
  return app;
}

export function ordersEventServer(config: OrdersConfig, logger: Logger, metrics?: Metrics): SqsServer {
  return new SqsServer({
    queueUrl: config.QUEUE_URL,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
    visibilityTimeoutSeconds: TOPOLOGY.queues.orders.visibilityTimeoutSeconds,
    logger,
    metrics,
  });
}
