import { AuthModule, CachedKeySource } from '@app/auth';
import { databaseAccess } from '@app/config';
import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { TOPOLOGY } from '@app/events';
import { admissionOf, createHttpApp, HealthChecks, HealthModule } from '@app/http';
import { IdempotencyModule } from '@app/idempotency';
import { Clock, type Logger, type Metrics, NoMetrics, SystemClock } from '@app/kernel';
import { LimitsModule } from '@app/limits';
import { commandClient, Commands, CommandServer, connectServer, SnsClient, SqsServer } from '@app/messaging';
import { OutboxModule, watchOutbox } from '@app/outbox';
import { SessionsModule, StoredEndedSessions } from '@app/sessions';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CatalogCacheModule } from './cache/cache.module.js';
import { CatalogCache } from './cache/catalog-cache.js';
import { EntryStore } from './cache/entry-store.js';
import { deliver, Invalidations } from './cache/invalidations.js';
import { productsDatabase } from './database/data-source.js';
import { InventoryController } from './inventory/inventory.controller.js';
import { InventoryRepository } from './inventory/inventory.repository.js';
import { InventoryService } from './inventory/inventory.service.js';
import { StockLedger } from './inventory/stock-ledger.js';
import type { ProductsConfig } from './products.config.js';
import { ProductsSettings } from './products.settings.js';
import { CatalogService } from './products/catalog.service.js';
import { ProductListsRepository } from './products/product-lists.repository.js';
import { ProductsController } from './products/products.controller.js';
import { ProductsRepository } from './products/products.repository.js';
import { ProductsService } from './products/products.service.js';
import { OrderEventsController } from './reservations/order-events.controller.js';
import { OrdersClient } from './reservations/orders.client.js';
import { ReservationCommandsController } from './reservations/reservation-commands.controller.js';
import { ReservationLifecycle } from './reservations/reservation-lifecycle.service.js';
import { ReservationSweeper } from './reservations/reservation-sweeper.js';
import { ReservationsRepository } from './reservations/reservations.repository.js';
import { ReservationsService } from './reservations/reservations.service.js';
import { ProductWordsRepository } from './search/product-words.repository.js';
import { WordsSweeper } from './search/words.sweeper.js';

export { ProductsSettings } from './products.settings.js';

const USERS = Symbol('commands of the users service');
const ORDERS = Symbol('commands of the orders service');

const CONTROLLERS = [ProductsController, InventoryController, ReservationCommandsController, OrderEventsController];

const PROVIDERS = [
  CatalogService,
  ProductsService,
  ProductsRepository,
  ProductListsRepository,
  ProductWordsRepository,
  WordsSweeper,
  InventoryService,
  InventoryRepository,
  StockLedger,
  Invalidations,
  ReservationsService,
  ReservationLifecycle,
  ReservationSweeper,
  ReservationsRepository,
];

/** The products service. The only place that knows both its configuration and its adapters. */
@Global()
@Module({})
export class ProductsAppModule implements OnApplicationShutdown {
  constructor(
    @Inject(USERS) private readonly users: Commands,
    @Inject(ORDERS) private readonly orders: Commands,
  ) {}

  static forConfig(config: ProductsConfig): DynamicModule {
    const aws = { region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
    const sns = new SnsClient({ ...aws, topicArn: config.TOPIC_ARN });
    const commands = (address: string) =>
      new Commands(commandClient(address, { ...aws, secret: config.COMMANDS_SECRET }));
    return {
      module: ProductsAppModule,
      imports: [
        DatabaseModule.forRoot(productsDatabase(databaseAccess(config))),
        SessionsModule,
        IdempotencyModule.forRoot({ fingerprintKey: config.FINGERPRINT_KEY }),
        OutboxModule.forRootAsync({
          inject: [CatalogCache],
          useFactory: (cache: CatalogCache) => ({
            destinations: {
              topic: (envelope) => sns.publishEnvelope(envelope),
              cache: (notice) => deliver(cache, notice),
            },
            sweepMs: config.OUTBOX_SWEEP,
          }),
        }),
        CatalogCacheModule.forRoot({
          redisUrl: config.REDIS_URL,
          localTtlMs: config.LOCAL_CACHE_TTL,
          loadsAtOnce: config.DATABASE_POOL_SIZE,
        }),
        LimitsModule.around(authModule(config), {
          perAddress: config.LIMIT_PER_ADDRESS,
          perUser: config.LIMIT_PER_USER,
          redisUrl: config.REDIS_URL,
        }),
        healthModule(config),
      ],
      controllers: CONTROLLERS,
      providers: [
        { provide: Clock, useClass: SystemClock },
        {
          provide: ProductsSettings,
          useValue: {
            currency: config.CURRENCY,
            reservationHoldMs: config.RESERVATION_HOLD,
          } satisfies ProductsSettings,
        },
        { provide: USERS, useFactory: () => commands(config.USERS_COMMANDS) },
        { provide: ORDERS, useFactory: () => commands(config.ORDERS_COMMANDS) },
        { provide: OrdersClient, inject: [ORDERS], useFactory: (orders: Commands) => new OrdersClient(orders) },
        ...PROVIDERS,
      ],
      exports: [USERS],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.users.close(), this.orders.close()]);
  }
}

function authModule(config: ProductsConfig): DynamicModule {
  return AuthModule.forRoot({
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    inject: [USERS, StoredEndedSessions],
    keys: (users: Commands, _: StoredEndedSessions) =>
      new CachedKeySource(() => users.ask('users.keys', {}, { idempotent: true })),
    endedSessions: (_: Commands, sessions: StoredEndedSessions) => sessions,
  });
}

function healthModule(config: ProductsConfig): DynamicModule {
  return HealthModule.forRoot({
    inject: [Database, EntryStore],
    checks: (database: Database, store: EntryStore) => ({
      database: { check: () => database.ping(), critical: true },
      ...(config.REDIS_URL !== undefined && { redis: { check: () => store.ping(), critical: false } }),
    }),
  });
}

/** The service with its three inputs: HTTP (not yet listening), commands and events (already running). */
export async function createProductsApp(
  config: ProductsConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createProductsHttpApp(config, logger, metrics);
  watchOutbox(metrics, app.get(Database));
  const commands = new CommandServer({
    host: config.COMMANDS_HOST,
    port: config.COMMANDS_PORT,
    secret: config.COMMANDS_SECRET,
    logger,
    metrics,
  });
  connectServer(app, commands);
  // Reservations that wait are checkouts that wait: reads are refused for them.
  admissionOf(app).countAlso(() => commands.inFlight);
  const queue = productsEventServer(config, logger, metrics);
  connectServer(app, queue);
  app.get(HealthChecks).add('queue', { check: () => queue.ping(), critical: false });
  await app.startAllMicroservices();
  await app.init();
  app.get(ReservationSweeper).start(config.SWEEP_INTERVAL);
  app.get(WordsSweeper).start(config.SWEEP_INTERVAL);
  return app;
}

export async function createProductsHttpApp(
  config: ProductsConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(ProductsAppModule.forConfig(config), {
    service: 'products',
    title: 'Products',
    currency: config.CURRENCY,
    logger,
    metrics,
    userHashKey: config.FINGERPRINT_KEY,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    admission: { inFlight: config.MAX_IN_FLIGHT, eventLoopDelay: config.MAX_EVENT_LOOP_DELAY },
    strictPreconditions: config.STRICT_PRECONDITIONS,
    docs: config.DOCS,
    publicMaxAge: config.PUBLIC_MAX_AGE,
  });
  watchDatabase(metrics, app.get(Database));
  return app;
}

export function productsEventServer(config: ProductsConfig, logger: Logger, metrics?: Metrics): SqsServer {
  return new SqsServer({
    queueUrl: config.QUEUE_URL,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
    visibilityTimeoutSeconds: TOPOLOGY.queues.products.visibilityTimeoutSeconds,
    logger,
    metrics,
  });
}
