import { hasRole, type Visitor } from '@app/kernel';
import type { Cart } from './cart.entity.js';
import { cartNotOpen, noSuchCart } from './carts.errors.js';

/** Whether the cart is the visitor's: the customer's own, or of the guest who has its token. */
export function owns({ caller, guest }: Visitor, cart: Cart): boolean {
  const isCustomers = caller !== undefined && cart.userId === caller.user_id;
  return isCustomers || (guest?.of === 'cart' && cart.tokenHash === guest.tokenHash);
}

/** @throws DomainError `not-found`, also for a cart that is somebody else's */
export function assertOwn(visitor: Visitor, cart: Cart | null): asserts cart is Cart {
  if (!cart || !owns(visitor, cart)) throw noSuchCart();
}

/** Also lets staff read. @throws DomainError `not-found` */
export function assertReadable(visitor: Visitor, cart: Cart | null): asserts cart is Cart {
  if (!cart || !(hasRole(visitor.caller, 'staff') || owns(visitor, cart))) throw noSuchCart();
}

/** @throws DomainError `cart-not-open` */
export function assertOpen(cart: Cart, now: Date): void {
  const status = cart.statusAt(now);
  if (status !== 'open') throw cartNotOpen(status);
}
