// Every service, a line each: whatever lists services reads this. Infra finds the same manifests in their folders.
export { manifest as users } from './users/src/users.manifest.js';
export { manifest as products } from './products/src/products.manifest.js';
export { manifest as orders } from './orders/src/orders.manifest.js';
export { manifest as notifier } from './notifier/src/notifier.manifest.js';
export { manifest as payments } from './payments/src/payments.manifest.js';
