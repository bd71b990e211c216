import { EntryStore } from '@app/coherent-cache';
import { databaseAccess } from '@app/config';
import type { Commands } from '@app/messaging';
import { Database } from '@app/database';
import { Clock } from '@app/kernel';
import { commandsOf, defineApi, type Observed } from '@app/service';
import { Metrics } from '@app/telemetry';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CatalogCacheModule } from './cache/cache.module.js';
import { CatalogCache } from './cache/catalog-cache.js';
import { deliver, Invalidations } from './cache/invalidations.js';
import { productsDatabase } from './database/data-source.js';
import { KnownGroups } from './cache/known-groups.js';
import { NewProducts } from './catalog/new-products.js';
import { GroupsController } from './groups/groups.controller.js';
import { GroupsRepository } from './groups/groups.repository.js';
import { GroupsService } from './groups/groups.service.js';
import { InventoryController } from './stock/inventory.controller.js';
import { InventoryRepository } from './stock/inventory.repository.js';
import { InventoryService } from './stock/inventory.service.js';
import { StockLedger } from './stock/stock-ledger.js';
import { watchMedia } from './media/watch-media.js';
import { MEDIA_CONTROLLERS, MEDIA_SWEEPERS, mediaProviders } from './media-app.module.js';
import { ProductsConfig } from './products.config.js';
import { manifest } from './products.manifest.js';
import { ProductsSettings } from './products.settings.js';
import { CatalogService } from './catalog/catalog.service.js';
import { OffersCommandsController } from './catalog/offers.commands.controller.js';
import { OffersService } from './catalog/offers.service.js';
import { ProductCategoriesRepository } from './catalog/product-categories.repository.js';
import { ProductCategoriesService } from './catalog/product-categories.service.js';
import { ProductFacetsRepository } from './catalog/product-facets.repository.js';
import { ProductListsRepository } from './catalog/product-lists.repository.js';
import { ProductsController } from './catalog/products.controller.js';
import { ProductsRepository } from './catalog/products.repository.js';
import { ProductsService } from './catalog/products.service.js';
import { CategoriesController } from './categories/categories.controller.js';
import { CategoriesRepository } from './categories/categories.repository.js';
import { CategoriesService } from './categories/categories.service.js';
import { CategoryReadsService } from './categories/category-reads.service.js';
import { RenamedProductsService } from './categories/renamed-products.service.js';
import { RenamedProductsSweeper } from './categories/renamed-products.sweeper.js';
import { OrderEventsController } from './reservations/order-events.controller.js';
import { OrdersClient } from './reservations/orders.client.js';
import { ReservationCommandsController } from './reservations/reservation-commands.controller.js';
import { ReservationLifecycleService } from './reservations/reservation-lifecycle.service.js';
import { ReservationPartsService } from './reservations/reservation-parts.service.js';
import { ReservationSweeper } from './reservations/reservation-sweeper.js';
import { ReservationsRepository } from './reservations/reservations.repository.js';
import { ReservationsService } from './reservations/reservations.service.js';
import { ReturnsService } from './reservations/returns.service.js';
import { ProductWordsRepository } from './catalog/product-words.repository.js';
import { WordsSweeper } from './catalog/words.sweeper.js';

export { ProductsSettings } from './products.settings.js';

const CONTROLLERS = [
  GroupsController,
  ProductsController,
  OffersCommandsController,
  CategoriesController,
  InventoryController,
  ReservationCommandsController,
  OrderEventsController,
  ...MEDIA_CONTROLLERS,
];

const PROVIDERS = [
  GroupsService,
  GroupsRepository,
  KnownGroups,
  NewProducts,
  CatalogService,
  OffersService,
  ProductsService,
  ProductsRepository,
  ProductListsRepository,
  ProductFacetsRepository,
  ProductWordsRepository,
  WordsSweeper,
  ProductCategoriesRepository,
  ProductCategoriesService,
  CategoriesRepository,
  CategoriesService,
  CategoryReadsService,
  RenamedProductsService,
  RenamedProductsSweeper,
  InventoryService,
  InventoryRepository,
  StockLedger,
  Invalidations,
  ReservationsService,
  ReservationLifecycleService,
  ReservationPartsService,
  ReturnsService,
  ReservationSweeper,
  ReservationsRepository,
];

@Global()
@Module({})
class ProductsAppModule {
  static forConfig(config: ProductsConfig, { metrics }: Observed): DynamicModule {
    return {
      module: ProductsAppModule,
      imports: [
        CatalogCacheModule.forRoot({
          redisUrl: config.REDIS_URL,
          localTtlMs: config.LOCAL_CACHE_TTL,
          loadsAtOnce: config.DATABASE_POOL_SIZE,
        }),
      ],
      controllers: CONTROLLERS,
      providers: [
        { provide: Metrics, useValue: metrics },
        {
          provide: ProductsSettings,
          useValue: {
            currency: config.CURRENCY,
            reservationHoldMs: config.RESERVATION_HOLD,
            mediaBaseUrl: config.MEDIA_BASE_URL,
          } satisfies ProductsSettings,
        },
        {
          provide: OrdersClient,
          inject: [commandsOf('orders')],
          useFactory: (orders: Commands) => new OrdersClient(orders),
        },
        ...mediaProviders(config),
        ...PROVIDERS,
      ],
    };
  }
}

export const service = defineApi(manifest, {
  config: ProductsConfig,
  api: {
    destinations: {
      inject: [CatalogCache],
      useFactory: (cache: CatalogCache) => ({ cache: (notice) => deliver(cache, notice) }),
    },
    redis: EntryStore,
  },
  module: (config, observed) => ProductsAppModule.forConfig(config, observed),
  http: ({ CURRENCY: currency, PUBLIC_MAX_AGE: publicMaxAge }) => ({ currency, publicMaxAge }),
  database: (config) => productsDatabase(databaseAccess(config)),
  // Reservations that wait are checkouts that wait: reads are refused for them.
  commandsAreWork: true,
  begin: (app) => Promise.resolve(watchMedia(app.get(Metrics), app.get(Database), app.get<Clock>(Clock))),
  sweeps: [ReservationSweeper, WordsSweeper, RenamedProductsSweeper, ...MEDIA_SWEEPERS].map((sweeper) => ({
    sweeper,
    everyMs: (config: ProductsConfig) => config.SWEEP_INTERVAL,
  })),
});
