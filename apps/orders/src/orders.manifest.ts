import type { Manifest } from '@app/service';

export const manifest = {
  name: 'orders',
  number: 3,
  title: 'Orders',
  routes: [
    '/orders',
    '/orders/{order_id}',
    '/users/{user_id}/orders',
    '/users/{user_id}/claim-orders',
    '/carts',
    '/carts/{proxy+}',
    '/cart/{proxy+}',
    '/quotes',
    '/shipping-methods',
    '/shipping-methods/{shipping_method_id}',
    '/tax-rates',
    '/tax-rates/{tax_rate_id}',
  ],
  database: true,
  publishes: true,
  asks: { users: ['users.get', 'users.keys'], products: ['inventory.reserve', 'inventory.release', 'products.offers'] },
  answers: ['orders.settle', 'orders.payable'],
  hears: [
    'user.deleted',
    'user.email-verified',
    'user.sessions-ended',
    'payment.authorized',
    'payment.captured',
    'payment.cancelled',
    'payment.refunded',
    'payment.refund-failed',
    'payment.disputed',
    'payment.mismatch',
  ],
  onAws: {
    environment: ({ pricesIncludeTax, unpaidOrderTtl }) => ({
      PRICES_INCLUDE_TAX: String(pricesIncludeTax),
      UNPAID_ORDER_TTL: unpaidOrderTtl,
    }),
  },
  inContainer: {
    environment: {
      PRICES_INCLUDE_TAX: '${PRICES_INCLUDE_TAX:-false}',
      UNPAID_ORDER_TTL: '${UNPAID_ORDER_TTL:-30m}',
    },
  },
} as const satisfies Manifest;
