import type { EntryStore } from '@app/coherent-cache';
import { Database, openDataSource } from '@app/database';
import type { Envelope, OrderPayload, PartialCancellationPayload, ReturnPayload, ShipmentPayload } from '@app/events';
import { Idempotency } from '@app/idempotency';
import type { Clock } from '@app/kernel';
import type { EventContext } from '@app/messaging';
import { Inbox, Outbox, OutboxRows } from '@app/outbox';
import { Claims } from '../../libs/idempotency/src/claims.js';
import type { CatalogCache } from '../../apps/products/src/cache/catalog-cache.js';
import { KnownGroups } from '../../apps/products/src/cache/known-groups.js';
import { NewProducts } from '../../apps/products/src/catalog/new-products.js';
import { Invalidations } from '../../apps/products/src/cache/invalidations.js';
import { productsDatabase } from '../../apps/products/src/database/data-source.js';
import { InventoryRepository } from '../../apps/products/src/stock/inventory.repository.js';
import { InventoryService } from '../../apps/products/src/stock/inventory.service.js';
import { StockLedger } from '../../apps/products/src/stock/stock-ledger.js';
import { ProductCategoriesRepository } from '../../apps/products/src/catalog/product-categories.repository.js';
import { ProductCategoriesService } from '../../apps/products/src/catalog/product-categories.service.js';
import { ProductWordsRepository } from '../../apps/products/src/catalog/product-words.repository.js';
import { ProductsRepository } from '../../apps/products/src/catalog/products.repository.js';
import { ProductsService } from '../../apps/products/src/catalog/products.service.js';
import {
  tellsOfShipments,
  toCancelledPart,
  toOrderFact,
  toReturnedPart,
  toShippedPart,
} from '../../apps/products/src/reservations/order-facts.js';
import { ReservationLifecycleService } from '../../apps/products/src/reservations/reservation-lifecycle.service.js';
import { ReservationPartsService } from '../../apps/products/src/reservations/reservation-parts.service.js';
import { ReservationSweeper } from '../../apps/products/src/reservations/reservation-sweeper.js';
import { ReservationsRepository } from '../../apps/products/src/reservations/reservations.repository.js';
import { ReservationsService } from '../../apps/products/src/reservations/reservations.service.js';
import { ReturnsService } from '../../apps/products/src/reservations/returns.service.js';
import type { OrdersClient } from '../../apps/products/src/reservations/orders.client.js';
import { ManualRelay } from './orders-side.js';

export const HOLD_MS = 300_000;

const NO_CACHE = { forget: () => Promise.resolve(true) } as unknown as CatalogCache;
const NO_STORE = { shared: false } as EntryStore;

export interface ProductsSideOptions {
  databaseUrl: string;
  clock: Clock;
  settle: OrdersClient['settle'];
}

/** The products service without transports: offers what its controllers and timers call. */
export class ProductsSide {
  readonly products: ProductsService;
  readonly inventory: InventoryService;
  readonly reservations: ReservationsService;
  readonly sweeper: ReservationSweeper;
  readonly lifecycle: ReservationLifecycleService;
  private readonly parts: ReservationPartsService;
  private readonly returns: ReturnsService;

  private constructor(
    readonly database: Database,
    { clock, settle }: ProductsSideOptions,
  ) {
    const idempotency = new Idempotency(new Claims(database, clock));
    const options = { destinations: { topic: () => Promise.resolve() }, sweepMs: 0 };
    const relay = new ManualRelay(new OutboxRows(database, clock), options, database);
    const stock = new InventoryRepository(database);
    const outbox = new Outbox(database, options, relay, clock);
    const changes = new Invalidations(outbox, NO_CACHE, NO_STORE, new KnownGroups(database));
    const ledger = new StockLedger(stock, outbox, changes, clock);
    const rows = new ReservationsRepository(database);
    const settings = { currency: 'USD', reservationHoldMs: HOLD_MS, mediaBaseUrl: '' };
    const catalog = new ProductsRepository(database, settings, new ProductWordsRepository(database));
    const categories = new ProductCategoriesService(new ProductCategoriesRepository(database, clock));
    const making = new NewProducts(catalog, categories, ledger, changes, idempotency, clock);
    this.products = new ProductsService(database, catalog, categories, ledger, changes, making, clock);
    this.inventory = new InventoryService(database, stock, ledger, NO_CACHE, changes, idempotency, clock);
    this.reservations = new ReservationsService(database, rows, ledger, changes, clock, settings);
    const inbox = new Inbox(database, clock);
    this.lifecycle = new ReservationLifecycleService(database, rows, ledger, changes, inbox, clock);
    this.parts = new ReservationPartsService(database, rows, ledger, changes, inbox, clock);
    this.returns = new ReturnsService(database, ledger, changes, inbox);
    this.sweeper = new ReservationSweeper(rows, this.lifecycle, { settle } as OrdersClient, clock, settings);
  }

  static async open(options: ProductsSideOptions): Promise<ProductsSide> {
    const database = productsDatabase({ url: options.databaseUrl, poolSize: 6 });
    return new ProductsSide(new Database(await openDataSource(database)), options);
  }

  /** Handles an event as the controller does, and ignores events it does not subscribe to. */
  async handle(envelope: Envelope): Promise<void> {
    const { event_type, payload } = envelope;
    const context = { envelope } as EventContext;
    const order = payload as OrderPayload;
    if (event_type === 'order.created') await this.lifecycle.orderCreated(toOrderFact(order, context));
    if (event_type === 'order.shipped' && !tellsOfShipments(order))
      await this.lifecycle.orderShipped(toOrderFact(order, context));
    if (event_type === 'order.cancelled') await this.lifecycle.orderCancelled(toOrderFact(order, context));
    if (event_type === 'shipment.shipped') await this.parts.shipped(toShippedPart(payload as ShipmentPayload, context));
    if (event_type === 'order.partially-cancelled')
      await this.parts.cancelled(toCancelledPart(payload as PartialCancellationPayload, context));
    if (event_type === 'return.received')
      await this.returns.received(toReturnedPart(payload as ReturnPayload, context));
  }
}
