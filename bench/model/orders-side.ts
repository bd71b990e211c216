import { Database, openDataSource } from '@app/database';
import { Idempotency } from '@app/idempotency';
import { type Caller, type Clock, newContext, runWithContext } from '@app/kernel';
import type { Commands } from '@app/messaging';
import { Outbox, OutboxRows, type Publish, Relay } from '@app/outbox';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { defer, lastValueFrom } from 'rxjs';
import { Claims } from '../../libs/idempotency/src/claims.js';
import { claimOf } from '../../libs/idempotency/src/claimed.decorator.js';
import { IdempotencyInterceptor } from '../../libs/idempotency/src/idempotency.interceptor.js';
import { CustomersClient } from '../../apps/orders/src/customers/customers.client.js';
import { ordersDatabase } from '../../apps/orders/src/database/data-source.js';
import { InventoryClient } from '../../apps/orders/src/stock/inventory.client.js';
import { StockHolds } from '../../apps/orders/src/checkout/stock-holds.js';
import { CheckoutService, type PlaceOrder } from '../../apps/orders/src/checkout/checkout.service.js';
import { toOrderResponse } from '../../apps/orders/src/orders/dto/order-response.dto.js';
import type { Order } from '../../apps/orders/src/orders/order.entity.js';
import { OrderEvents } from '../../apps/orders/src/orders/order-events.js';
import { OrderRefsRepository } from '../../apps/orders/src/orders/order-refs.repository.js';
import { OrderWriter } from '../../apps/orders/src/orders/order-writer.js';
import { OrdersRepository } from '../../apps/orders/src/orders/orders.repository.js';
import { OrdersService } from '../../apps/orders/src/orders/orders.service.js';
import { SettlementService } from '../../apps/orders/src/orders/settlement.service.js';
import { UnpaidLimit } from '../../apps/orders/src/checkout/unpaid-limit.js';
import { UnpaidPiecesRepository } from '../../apps/orders/src/checkout/unpaid-pieces.repository.js';
import { UnpaidOrdersSweeper } from '../../apps/orders/src/checkout/unpaid-orders.sweeper.js';

export const UNPAID_TTL_MS = 86_400_000;

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
  private readonly checkout: CheckoutService;
  private readonly interceptor: IdempotencyInterceptor;

  private constructor(
    readonly database: Database,
    { clock, neighbours, publish }: OrdersSideOptions,
  ) {
    const claims = new Claims(database, clock);
    const idempotency = new Idempotency(claims);
    const outboxOptions = { destinations: { topic: publish }, sweepMs: 0 };
    this.relay = new ManualRelay(new OutboxRows(database, clock), outboxOptions, database);
    const orders = new OrdersRepository(database);
    const refs = new OrderRefsRepository(database);
    const events = new OrderEvents(new Outbox(database, outboxOptions, this.relay, clock));
    const writer = new OrderWriter(database, orders, refs, events, idempotency);
    const [customers, inventory] = [new CustomersClient(neighbours), new InventoryClient(neighbours, 'USD')];
    this.orders = new OrdersService(orders, writer, clock, idempotency);
    this.settlement = new SettlementService(refs, clock);
    const holds = new StockHolds(this.settlement, inventory);
    const settings = { maxPieces: 0, ttlMs: UNPAID_TTL_MS, unverifiedTtlMs: 0 };
    const unpaid = new UnpaidLimit(new UnpaidPiecesRepository(database), settings, clock);
    this.checkout = new CheckoutService(customers, idempotency, writer, clock, holds, unpaid);
    this.unpaid = new UnpaidOrdersSweeper(this.orders, clock, settings);
    this.interceptor = new IdempotencyInterceptor(claims, { value: 'a key for fingerprints' }, new Reflector());
  }

  static async open(options: OrdersSideOptions): Promise<OrdersSide> {
    const database = ordersDatabase({ url: options.databaseUrl, poolSize: 6 });
    return new OrdersSide(new Database(await openDataSource(database)), options);
  }

  /** POST /orders; `beforeAnswer` runs after the commit. Returns the order's ref. */
  place(
    caller: Caller,
    input: PlaceOrder,
    key: string | undefined,
    beforeAnswer: () => Promise<void>,
  ): Promise<string> {
    return runWithContext({ ...newContext(), caller }, async () => {
      const request = httpContext(key, input);
      const answer = (order: Order) => toOrderResponse(order, caller);
      const work = async () => {
        const order = await this.checkout.place(input, caller, { claim: claimOf(request), answer });
        await beforeAnswer();
        return answer(order);
      };
      const response = await this.interceptor.intercept(request, { handle: () => defer(work) });
      return ((await lastValueFrom(response)) as { order_ref: string }).order_ref;
    });
  }
}

/** The parts of a request that the idempotency interceptor reads. */
function httpContext(key: string | undefined, body: object): ExecutionContext {
  const request = {
    method: 'POST',
    headers: { 'idempotency-key': key },
    routeOptions: { url: '/orders' },
    params: {},
    body,
  };
  const context = {
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ header: () => undefined }) }),
    getHandler: () => httpContext,
  };
  return context as unknown as ExecutionContext;
}
