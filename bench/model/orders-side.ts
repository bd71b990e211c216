import { Database, openDataSource } from '@app/database';
import { Idempotency } from '@app/idempotency';
import type { Envelope, PaymentPayload } from '@app/events';
import type { Caller, Clock } from '@app/kernel';
import type { Commands } from '@app/messaging';
import { Outbox, OutboxRows, type Publish, Relay } from '@app/outbox';
import { CustomersClient } from '../../apps/orders/src/customers/customers.client.js';
import { ordersDatabase } from '../../apps/orders/src/database/data-source.js';
import { InventoryClient } from '../../apps/orders/src/stock/inventory.client.js';
import { StockHolds } from '../../apps/orders/src/checkout/stock-holds.js';
import { CheckoutService, type PlaceOrder } from '../../apps/orders/src/checkout/checkout.service.js';
import { OrderPlacementService } from '../../apps/orders/src/checkout/order-placement.service.js';
import { toOrderResponse } from '../../apps/orders/src/orders/dto/order-response.dto.js';
import type { Order } from '../../apps/orders/src/orders/order.entity.js';
import { OrderChanges } from '../../apps/orders/src/orders/order-changes.js';
import { OrderPartsRepository } from '../../apps/orders/src/orders/order-parts.repository.js';
import { OrderEvents } from '../../apps/orders/src/orders/order-events.js';
import { OrderRefsRepository } from '../../apps/orders/src/orders/order-refs.repository.js';
import { OrderWriter } from '../../apps/orders/src/orders/order-writer.js';
import { OrdersRepository } from '../../apps/orders/src/orders/orders.repository.js';
import { OrdersService } from '../../apps/orders/src/orders/orders.service.js';
import { PayableOrdersRepository } from '../../apps/orders/src/orders/payable-orders.repository.js';
import { PayableOrdersService } from '../../apps/orders/src/orders/payable-orders.service.js';
import { SettlementService } from '../../apps/orders/src/orders/settlement.service.js';
import { OrderPaymentsRepository } from '../../apps/orders/src/payments/order-payments.repository.js';
import { OrderPaymentsService } from '../../apps/orders/src/payments/order-payments.service.js';
import { QuotesService } from '../../apps/orders/src/pricing/quotes.service.js';
import { ShippingMethodsRepository } from '../../apps/orders/src/pricing/shipping-methods.repository.js';
import { TaxRatesRepository } from '../../apps/orders/src/pricing/tax-rates.repository.js';
import { UnpaidLimit } from '../../apps/orders/src/checkout/unpaid-limit.js';
import { UnpaidPiecesRepository } from '../../apps/orders/src/checkout/unpaid-pieces.repository.js';
import { UnpaidOrdersSweeper } from '../../apps/orders/src/checkout/unpaid-orders.sweeper.js';
import { KeyedRequests } from './keyed-requests.js';
import { SHIPPING, TAX_PERCENT } from './model-line.js';
import { PartsSide } from './parts-side.js';

export const UNPAID_TTL_MS = 86_400_000;

/** How every order is sent, and to where. */
const DELIVERY = {
  shipping_method_id: 1,
  shipping_address: { name: 'Ann', line1: '1 High Street', city: 'Leeds', country: 'GB' },
};

/** Publishes on demand, not after each commit. */
export class ManualRelay extends Relay {
  override trigger(): void {}
}

export interface OrdersSideOptions {
  databaseUrl: string;
  clock: Clock;
  /** The orders service's commands to other services. */
  neighbours: Commands;
  publish: Publish;
}

/** The orders service without transports: offers what its controllers and timers call. */
export class OrdersSide {
  readonly relay: ManualRelay;
  readonly orders: OrdersService;
  readonly settlement: SettlementService;
  readonly unpaid: UnpaidOrdersSweeper;
  readonly payable: PayableOrdersService;
  readonly parts: PartsSide;
  private readonly checkout: CheckoutService;
  private readonly requests: KeyedRequests;
  private readonly money: OrderPaymentsService;
  private readonly pricing: { methods: ShippingMethodsRepository; rates: TaxRatesRepository };

  private constructor(
    readonly database: Database,
    { clock, neighbours, publish }: OrdersSideOptions,
  ) {
    this.requests = new KeyedRequests(database, clock);
    const idempotency = new Idempotency(this.requests.claims);
    const outboxOptions = { destinations: { topic: publish }, sweepMs: 0 };
    this.relay = new ManualRelay(new OutboxRows(database, clock), outboxOptions, database);
    const orders = new OrdersRepository(database);
    const refs = new OrderRefsRepository(database);
    const events = new OrderEvents(new Outbox(database, outboxOptions, this.relay, clock));
    const parts = new OrderPartsRepository(database);
    const writer = new OrderWriter(database, orders, parts, refs, events, idempotency);
    const changes = new OrderChanges(writer, clock);
    const [customers, inventory] = [new CustomersClient(neighbours), new InventoryClient(neighbours, 'USD')];
    const [methods, rates] = [new ShippingMethodsRepository(database, clock), new TaxRatesRepository(database, clock)];
    const quotes = new QuotesService(inventory, methods, rates, { currency: 'USD', pricesIncludeTax: false }, clock);
    this.orders = new OrdersService(orders, parts, changes, clock, idempotency, quotes);
    this.settlement = new SettlementService(refs, clock);
    const holds = new StockHolds(this.settlement, inventory);
    const settings = { maxPieces: 0, ttlMs: UNPAID_TTL_MS, unverifiedTtlMs: 0 };
    const unpaid = new UnpaidLimit(new UnpaidPiecesRepository(database), settings, clock);
    const placement = new OrderPlacementService(quotes, holds, writer, idempotency, clock);
    this.checkout = new CheckoutService(customers, unpaid, quotes, placement);
    this.unpaid = new UnpaidOrdersSweeper(this.orders, clock, settings);
    this.payable = new PayableOrdersService(new PayableOrdersRepository(database));
    this.money = new OrderPaymentsService(this.orders, new OrderPaymentsRepository(database));
    const ground = { database, requests: this.requests, idempotency, orders, parts, changes, events };
    this.parts = new PartsSide(ground);
    this.pricing = { methods, rates };
  }

  static async open(options: OrdersSideOptions): Promise<OrdersSide> {
    const database = ordersDatabase({ url: options.databaseUrl, poolSize: 6 });
    const side = new OrdersSide(new Database(await openDataSource(database)), options);
    await side.setPrices();
    return side;
  }

  private async setPrices(): Promise<void> {
    const always = { by: 'subtotal', freeFrom: null, position: 1, isActive: true } as const;
    const steps = [{ from: 0, price: SHIPPING }];
    const everywhere = { country: 'GB', region: null, postalPrefix: null, validFrom: null, validTo: null };
    const tax = { name: 'VAT', taxCategory: 'standard', rate: TAX_PERCENT * 10_000, includesShipping: true };
    await this.database.transaction(async (tx) => {
      await this.pricing.methods.insert(tx, { code: 'parcel', name: 'Parcel', steps, ...always, countries: [] });
      await this.pricing.rates.insert(tx, { ...tax, ...everywhere });
    });
  }

  /** POST /orders; `beforeAnswer` runs after the commit. Returns the order's ref. */
  async place(
    caller: Caller,
    input: PlaceOrder,
    key: string | undefined,
    beforeAnswer: () => Promise<void>,
  ): Promise<string> {
    const answer = (order: Order) => toOrderResponse(order, caller);
    const body = { ...input, ...DELIVERY };
    const { order_ref } = await this.requests.run({ caller, url: '/orders', key, body }, async (claim) => {
      const order = await this.checkout.place(body, caller, { claim, answer });
      await beforeAnswer();
      return answer(order);
    });
    return order_ref;
  }

  /** Handles an event as the controller does, and ignores events it does not subscribe to. */
  async handle({ event_type, payload, aggregate_version }: Envelope): Promise<void> {
    const isNews = event_type.startsWith('payment.') && event_type !== 'payment.failed';
    if (isNews) await this.money.learn(payload as PaymentPayload, aggregate_version);
  }
}
