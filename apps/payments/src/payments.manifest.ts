import type { Manifest } from '@app/service';

export const manifest = {
  name: 'payments',
  number: 5,
  title: 'Payments',
  routes: ['/orders/{order_id}/payments', '/payments', '/payments/{proxy+}', '/provider-events/{proxy+}'],
  database: true,
  publishes: true,
  asks: { users: ['users.keys'], orders: ['orders.payable'] },
  hears: ['order.paid', 'order.shipped', 'order.cancelled', 'user.deleted', 'user.sessions-ended'],
  inContainer: {
    environment: {
      STRIPE_SECRET_KEY: 'sk_test_local',
      STRIPE_WEBHOOK_SECRETS: 'whsec_local',
      STRIPE_HOST: 'emulator',
      STRIPE_PORT: "'12111'",
      STRIPE_PROTOCOL: 'http',
    },
  },
} as const satisfies Manifest;
