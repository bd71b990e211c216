import 'reflect-metadata';
import type { Database } from '@app/database';
import { Cart } from '../../../apps/orders/src/carts/cart.entity.js';
import { CartLine } from '../../../apps/orders/src/carts/cart-line.entity.js';
import { CartsRepository } from '../../../apps/orders/src/carts/carts.repository.js';

/** Reads a cart before it is written, and does not lock it: another change in between is lost. */
CartsRepository.prototype.lock = async function (tx, { id }) {
  const { database } = this as unknown as { database: Database };
  const cart = await database.findOne(Cart, 'WHERE id = ?', [id], tx);
  if (cart) cart.lines = await database.find(CartLine, 'WHERE cart = ? ORDER BY product_id', [id], tx);
  return cart;
};
