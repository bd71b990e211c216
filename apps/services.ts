// Every service, a line each: whatever lists services reads this. Infra reads it too, by Node's own stripping of types, so
// it names files as they are.
export { manifest as users } from './users/src/users.manifest.ts';
export { manifest as products } from './products/src/products.manifest.ts';
export { manifest as orders } from './orders/src/orders.manifest.ts';
export { manifest as notifier } from './notifier/src/notifier.manifest.ts';
