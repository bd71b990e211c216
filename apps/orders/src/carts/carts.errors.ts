import { MAX_LINES } from '@app/events';
import { declareErrors, notFound } from '@app/kernel';
import type { CartStatus } from './cart.entity.js';

const cartError = declareErrors({
  'cart-not-open': { kind: 'conflict', title: 'The cart can no longer change' },
  'cart-full': { kind: 'conflict', title: 'The cart has as many lines as it may have' },
  'cart-changed': { kind: 'conflict', title: 'The cart is no longer the version that was meant' },
});

export const noSuchCart = () => notFound('cart');

export const cartNotOpen = (status: CartStatus) =>
  cartError('cart-not-open', `This cart is ${status} and can no longer change. Begin another one with POST /carts.`, {
    details: { status },
  });

export const cartFull = () =>
  cartError('cart-full', `A cart takes at most ${MAX_LINES} different products. Remove one first.`);

export const cartChanged = (version: number) =>
  cartError(
    'cart-changed',
    'The cart has changed since you read it. Read it again, show it, and repeat the checkout.',
    {
      details: { version },
    },
  );
