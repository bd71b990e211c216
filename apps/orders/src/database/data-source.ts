import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from '@app/audit';
import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { IDEMPOTENCY_ENTITIES, IDEMPOTENCY_MIGRATIONS } from '@app/idempotency';
import { OUTBOX_ENTITIES, OUTBOX_MIGRATIONS } from '@app/outbox';
import { SESSIONS_ENTITIES, SESSIONS_MIGRATIONS } from '@app/sessions';
import { OrderPayment } from '../payments/order-payment.entity.js';
import { CustomerLock } from '../checkout/customer-lock.entity.js';
import { CartLine } from '../carts/cart-line.entity.js';
import { Cart } from '../carts/cart.entity.js';
import { Cancellation } from '../orders/cancellation.entity.js';
import { Order } from '../orders/order.entity.js';
import { OrderHistoryEntry } from '../orders/order-history-entry.entity.js';
import { OrderLine } from '../orders/order-line.entity.js';
import { OrderRef } from '../orders/order-ref.entity.js';
import { Shipment } from '../orders/shipment.entity.js';
import { Return } from '../returns/return.entity.js';
import { GuestOrder } from '../orders/guest-order.entity.js';
import { ShippingMethod } from '../pricing/shipping-method.entity.js';
import { TaxRate } from '../pricing/tax-rate.entity.js';
import { CreateOrders20261122000010 } from './migrations/20261122000010-create-orders.js';
import { CreateOrderDetails20261122000011 } from './migrations/20261122000011-create-order-details.js';
import { TellVerifiedCustomers20261129000010 } from './migrations/20261129000010-tell-verified-customers.js';
import { EraseWhatErasedCustomersWrote20261129000011 } from './migrations/20261129000011-erase-what-erased-customers-wrote.js';
import { LockCustomers20261129000012 } from './migrations/20261129000012-lock-customers.js';
import { StructureAddresses20261130000010 } from './migrations/20261130000010-structure-addresses.js';
import { KnowPayments20261130000012 } from './migrations/20261130000012-know-payments.js';
import { CreatePricing20261130000013 } from './migrations/20261130000013-create-pricing.js';
import { CreateCarts20261201000020 } from './migrations/20261201000020-create-carts.js';
import { KeepQuotes20261202000010 } from './migrations/20261202000010-keep-quotes.js';
import { CreateGuestOrders20261202000020 } from './migrations/20261202000020-create-guest-orders.js';
import { CreateParts20261203000010 } from './migrations/20261203000010-create-parts.js';
import { SplitOrderTotals20261130000011 } from './migrations/20261130000011-split-order-totals.js';

const OWN_MIGRATIONS = [
  CreateOrders20261122000010,
  CreateOrderDetails20261122000011,
  TellVerifiedCustomers20261129000010,
  EraseWhatErasedCustomersWrote20261129000011,
  LockCustomers20261129000012,
  StructureAddresses20261130000010,
  SplitOrderTotals20261130000011,
  KnowPayments20261130000012,
  CreatePricing20261130000013,
  CreateCarts20261201000020,
  KeepQuotes20261202000010,
  CreateGuestOrders20261202000020,
  CreateParts20261203000010,
];

/** The orders service's own database. */
export function ordersDatabase(access: DatabaseAccess): DatabaseOptions {
  return {
    ...access,
    defaultDatabase: 'commerce_orders',
    entities: [
      Order,
      OrderLine,
      OrderHistoryEntry,
      OrderRef,
      Shipment,
      Cancellation,
      Return,
      GuestOrder,
      CustomerLock,
      OrderPayment,
      ShippingMethod,
      TaxRate,
      Cart,
      CartLine,
      ...IDEMPOTENCY_ENTITIES,
      ...OUTBOX_ENTITIES,
      ...SESSIONS_ENTITIES,
      ...AUDIT_ENTITIES,
    ],
    migrations: [
      ...OWN_MIGRATIONS,
      ...IDEMPOTENCY_MIGRATIONS,
      ...OUTBOX_MIGRATIONS,
      ...SESSIONS_MIGRATIONS,
      ...AUDIT_MIGRATIONS,
    ],
  };
}
