import type { Manifest } from '@app/service';

export const manifest = {
  name: 'payments',
  number: 5,
  title: 'Payments',
  routes: ['/orders/{order_id}/payments', '/payments', '/payments/{proxy+}', '/provider-events/{proxy+}'],
  database: true,
  publishes: true,
  asks: { users: ['users.keys'], orders: ['orders.payable'] },
  hears: [
    'order.paid',
    'order.shipped',
    'order.cancelled',
    'order.partially-cancelled',
    'order.claimed',
    'shipment.shipped',
    'return.settled',
    'user.deleted',
    'user.sessions-ended',
  ],
  onAws: {
    // The function that asks Stripe may have to start first.
    environment: () => ({ PROVIDER_TIMEOUT: '3s' }),
    functions: {
      // Only what receives Stripe's events may read what they are signed with, and only what asks Stripe its key.
      http: { secrets: ['StripeWebhookSecret'] },
      psp: {
        outside: { answers: ['psp.create', 'psp.fetch', 'psp.capture', 'psp.cancel', 'psp.refund', 'psp.events'] },
        secrets: ['StripeKeySecret'],
      },
    },
    // Stripe tries again for days; but a crowd of buyers is no reason to make it.
    throttledApart: ['/provider-events/{proxy+}'],
  },
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
