import type { Manifest } from '@app/service';

export const manifest = {
  name: 'products',
  number: 2,
  title: 'Products',
  routes: [
    ...['/products', '/products/{proxy+}', '/product-groups', '/product-groups/{proxy+}'],
    ...['/categories', '/categories/{category_id}', '/images/{proxy+}'],
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
    environment: ({ publicMaxAge, mediaUrl }) => ({
      LOCAL_CACHE_TTL: '1s',
      PUBLIC_MAX_AGE: String(publicMaxAge),
      MEDIA_BUCKET: '${MediaBucket}',
      MEDIA_BASE_URL: mediaUrl,
    }),
    functions: {
      http: { signsUploads: true },
      // Decodes what strangers made, with nothing of ours around it but the bucket.
      media: {
        outside: { answers: ['media.find', 'media.render', 'media.remove'], atMost: 10 },
        rendersImages: true,
        memory: 2_048,
        packages: ['sharp'],
      },
    },
  },
  inContainer: {
    environment: { MEDIA_BUCKET: 'commerce-local-media', MEDIA_ENDPOINT: 'http://127.0.0.1:3000' },
  },
} as const satisfies Manifest;
