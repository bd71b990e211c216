import 'reflect-metadata';
import { CartCheckouts } from '../../../apps/orders/src/carts/cart-checkouts.js';

/** Orders the cart as it was read before the stock was held, whatever has happened to it since. */
CartCheckouts.prototype.lock = (_tx, cart) => Promise.resolve(cart);
