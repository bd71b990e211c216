import type { Manifest } from '@app/service';

export const manifest = {
  name: 'products',
  number: 2,
  title: 'Products',
  routes: [
    ...['/products', '/products/{proxy+}', '/product-groups', '/product-groups/{proxy+}'],
    ...['/categories', '/categories/{category_id}'],
  ],
  database: true,
  publishes: true,
  asks: { users: ['users.keys'], orders: ['orders.settle'] },
  answers: ['inventory.reserve', 'inventory.release', 'products.offers'],
  refuses: {
    'insufficient-stock': { kind: 'conflict', title: 'There is not enough stock' },
    'price-changed': { kind: 'conflict', title: 'A price is not the expected one' },
    'reservation-ended': { kind: 'conflict', title: 'The reservation of this order has ended' },
    'unknown-product': { kind: 'invalid', title: 'A product does not exist or is no longer sold' },
    'inventory-unavailable': { kind: 'unavailable', title: 'Stock cannot be reserved at the moment' },
  },
  hears: [
    'order.created',
    'order.shipped',
    'order.cancelled',
    'shipment.shipped',
    'order.partially-cancelled',
    'return.received',
    'user.sessions-ended',
  ],
  onAws: {
    // An instance serves one request at a time, where this pays; it shows others' writes that much later, never its own.
    environment: ({ publicMaxAge }) => ({ LOCAL_CACHE_TTL: '1s', PUBLIC_MAX_AGE: String(publicMaxAge) }),
  },
} as const satisfies Manifest;
