import { databaseAccess } from '@app/config';
import type { Commands } from '@app/messaging';
import { commandsOf, defineApi } from '@app/service';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccountsController } from './accounts/accounts.controller.js';
import { ClaimsController } from './accounts/claims.controller.js';
import { ClaimsService } from './accounts/claims.service.js';
import { CartCheckouts } from './carts/cart-checkouts.js';
import { CartErasure } from './carts/cart-erasure.js';
import { CartMergesService } from './carts/cart-merges.service.js';
import { CartOpeningService } from './carts/cart-opening.service.js';
import { CartPrices } from './carts/cart-prices.js';
import { CartWriter } from './carts/cart-writer.js';
import { CartsController } from './carts/carts.controller.js';
import { CartsRepository } from './carts/carts.repository.js';
import { CartsService } from './carts/carts.service.js';
import { CartsSettings } from './carts/carts.settings.js';
import { CartsSweeper } from './carts/carts.sweeper.js';
import { UserCartController } from './carts/user-cart.controller.js';
import { UserCartService } from './carts/user-cart.service.js';
import { CustomersClient } from './customers/customers.client.js';
import { ordersDatabase } from './database/data-source.js';
import { InventoryClient } from './stock/inventory.client.js';
import { StockHolds } from './checkout/stock-holds.js';
import { CartCheckoutController } from './checkout/cart-checkout.controller.js';
import { CartCheckoutService } from './checkout/cart-checkout.service.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { OrderPlacementService } from './checkout/order-placement.service.js';
import { OrderTokens } from './checkout/order-tokens.js';
import { GuestOrdersRepository } from './orders/guest-orders.repository.js';
import { OrderEvents } from './orders/order-events.js';
import { OrderRefsRepository } from './orders/order-refs.repository.js';
import { OrderWriter } from './orders/order-writer.js';
import { OrdersCommandsController } from './orders/orders.commands.controller.js';
import { OrdersController } from './orders/orders.controller.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { OrdersService } from './orders/orders.service.js';
import { PayableOrdersCommandsController } from './orders/payable-orders.commands.controller.js';
import { PayableOrdersRepository } from './orders/payable-orders.repository.js';
import { PayableOrdersService } from './orders/payable-orders.service.js';
import { OrderChanges } from './orders/order-changes.js';
import { OrderPartsRepository } from './orders/order-parts.repository.js';
import { CancellationsController } from './shipments/cancellations.controller.js';
import { CancellationsService } from './shipments/cancellations.service.js';
import { ShipmentsController } from './shipments/shipments.controller.js';
import { ShipmentsRepository } from './shipments/shipments.repository.js';
import { ShipmentsService } from './shipments/shipments.service.js';
import { ReturnEvents } from './returns/return-events.js';
import { ReturnsController } from './returns/returns.controller.js';
import { ReturnsRepository } from './returns/returns.repository.js';
import { ReturnsService } from './returns/returns.service.js';
import { ReturnsSettings } from './returns/returns.settings.js';
import { OrderPaymentsRepository } from './payments/order-payments.repository.js';
import { OrderPaymentsService } from './payments/order-payments.service.js';
import { PaymentsController } from './payments/payments.controller.js';
import { SettlementService } from './orders/settlement.service.js';
import { UnpaidLimit, UnpaidSettings } from './checkout/unpaid-limit.js';
import { UnpaidPiecesRepository } from './checkout/unpaid-pieces.repository.js';
import { sweepPause, UnpaidOrdersSweeper } from './checkout/unpaid-orders.sweeper.js';
import { PricingSettings } from './pricing/pricing.settings.js';
import { QuotesController } from './pricing/quotes.controller.js';
import { QuotesService } from './pricing/quotes.service.js';
import { ShippingMethodsController } from './pricing/shipping-methods.controller.js';
import { ShippingMethodsRepository } from './pricing/shipping-methods.repository.js';
import { ShippingMethodsService } from './pricing/shipping-methods.service.js';
import { TaxRatesController } from './pricing/tax-rates.controller.js';
import { TaxRatesRepository } from './pricing/tax-rates.repository.js';
import { TaxRatesService } from './pricing/tax-rates.service.js';
import { OrdersConfig } from './orders.config.js';
import { manifest } from './orders.manifest.js';

export type { Cancellation } from './orders/cancellation.entity.js';
export type { Order } from './orders/order.entity.js';
export type { Parcel, Shipment } from './orders/shipment.entity.js';
export type { Return } from './returns/return.entity.js';
export type { ReturnStatus } from './returns/return-status.js';
export { OrderPartsRepository, OrdersRepository, ReturnsRepository, ShipmentsRepository };

const PROVIDERS = [
  CartCheckouts,
  CartErasure,
  CartMergesService,
  CartOpeningService,
  CartPrices,
  CartWriter,
  CartsRepository,
  CartsService,
  CartsSweeper,
  CancellationsService,
  CartCheckoutService,
  CheckoutService,
  ClaimsService,
  GuestOrdersRepository,
  OrderChanges,
  OrderEvents,
  OrderPartsRepository,
  OrderPaymentsRepository,
  OrderPaymentsService,
  OrderPlacementService,
  OrderRefsRepository,
  OrderTokens,
  OrderWriter,
  OrdersRepository,
  OrdersService,
  PayableOrdersRepository,
  PayableOrdersService,
  QuotesService,
  ReturnEvents,
  ReturnsRepository,
  ReturnsService,
  SettlementService,
  ShipmentsRepository,
  ShipmentsService,
  ShippingMethodsRepository,
  ShippingMethodsService,
  StockHolds,
  TaxRatesRepository,
  TaxRatesService,
  UnpaidLimit,
  UnpaidOrdersSweeper,
  UnpaidPiecesRepository,
  UserCartService,
];

@Global()
@Module({})
class OrdersAppModule {
  static forConfig(config: OrdersConfig): DynamicModule {
    return {
      module: OrdersAppModule,
      controllers: [
        CheckoutController,
        CartCheckoutController,
        OrdersController,
        OrdersCommandsController,
        ShipmentsController,
        CancellationsController,
        ReturnsController,
        PaymentsController,
        PayableOrdersCommandsController,
        AccountsController,
        ClaimsController,
        CartsController,
        UserCartController,
        QuotesController,
        ShippingMethodsController,
        TaxRatesController,
      ],
      providers: [
        {
          provide: CustomersClient,
          inject: [commandsOf('users')],
          useFactory: (users: Commands) => new CustomersClient(users),
        },
        {
          provide: InventoryClient,
          inject: [commandsOf('products')],
          useFactory: (products: Commands) => new InventoryClient(products, config.CURRENCY),
        },
        { provide: CartsSettings, useValue: cartsSettings(config) },
        { provide: UnpaidSettings, useValue: unpaidSettings(config) },
        { provide: ReturnsSettings, useValue: { windowMs: config.RETURN_WINDOW } satisfies ReturnsSettings },
        { provide: PricingSettings, useValue: pricingSettings(config) },
        ...PROVIDERS,
      ],
    };
  }
}

const pricingSettings = (config: OrdersConfig): PricingSettings => ({
  currency: config.CURRENCY,
  pricesIncludeTax: config.PRICES_INCLUDE_TAX,
});

const cartsSettings = (config: OrdersConfig): CartsSettings => ({
  guestTtlMs: config.GUEST_CART_TTL,
  customerTtlMs: config.CUSTOMER_CART_TTL,
});

/** Milliseconds between sweeps of carts, which nobody waits for. */
const CARTS_PAUSE_MS = 60_000;

const unpaidSettings = (config: OrdersConfig): UnpaidSettings => ({
  maxPieces: config.MAX_UNPAID_PIECES,
  ttlMs: config.UNPAID_ORDER_TTL,
  unverifiedTtlMs: config.UNVERIFIED_ORDER_TTL,
});

export const service = defineApi(manifest, {
  config: OrdersConfig,
  module: (config) => OrdersAppModule.forConfig(config),
  http: ({ CURRENCY: currency }) => ({ currency }),
  database: (config) => ordersDatabase(databaseAccess(config)),
  sweeps: [
    { sweeper: UnpaidOrdersSweeper, everyMs: (config) => sweepPause(unpaidSettings(config)) },
    { sweeper: CartsSweeper, everyMs: () => CARTS_PAUSE_MS },
  ],
});
