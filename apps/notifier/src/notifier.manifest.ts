import type { Manifest } from '@app/service';

export const manifest = {
  name: 'notifier',
  number: 4,
  title: 'Notifier',
  routes: [],
  database: true,
  publishes: false,
  hears: [
    'order.created',
    'order.paid',
    'order.shipped',
    'order.completed',
    'order.cancelled',
    'order.partially-cancelled',
    'shipment.shipped',
    'return.requested',
    'return.approved',
    'return.rejected',
    'return.received',
    'return.settled',
    'user.verification-requested',
    'user.password-reset-requested',
    'user.password-changed',
    'user.email-change-requested',
    'user.email-verified',
    'user.deleted',
    'payment.failed',
    'payment.refunded',
    'payment.refund-failed',
    'payment.disputed',
    'payment.mismatch',
    'inventory.low',
    'order_created',
    'order_updated',
    'order_shipped',
    'order.updated',
  ],
  // Older messages have no attributes.
  queue: { filterScope: 'MessageBody' },
  inContainer: {
    environment: {
      AWS_ENDPOINT_URL_SES: 'http://emulator:4567',
      MAIL_FROM: 'Commerce <no-reply@example.com>',
      STAFF_EMAIL: 'staff@example.com',
      // The gateway as a browser on this machine reaches it.
      ACCOUNT_URL: 'http://127.0.0.1:3000/account',
      // The console, since there is no shop.
      PAYMENT_URL: 'http://127.0.0.1:3001/dev/payments',
    },
  },
  onAws: {
    environment: ({ mailDomain, staffEmail, accountUrl, paymentUrl }) => ({
      MAIL_FROM: `Commerce <no-reply@${mailDomain}>`,
      STAFF_EMAIL: staffEmail,
      ACCOUNT_URL: accountUrl,
      PAYMENT_URL: paymentUrl,
    }),
    functions: {
      events: { sendsEmail: true },
      // SES's bounces and complaints.
      feedback: { queue: { resource: 'FeedbackQueue', concurrency: 2 } },
    },
  },
} as const satisfies Manifest;
