import { Database, forUpdate, inList, type Property, Purge, type Tx } from '@app/database';
import { afterCommit } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { CartLine } from './cart-line.entity.js';
import { Cart, PERSON } from './cart.entity.js';

/** Carts are found by whoever knows them for this long after their end. */
const KEEP_ENDED_MS = 90 * 86_400_000;

/** What may change of a cart. */
const CHANGING = [
  ...['status', 'openUserId', 'email', 'shippingAddress', 'billingAddress', 'shippingMethodId', 'note', 'locale'],
  ...['expiresAt', 'endedAt', 'orderId', 'mergedInto', 'updatedAt', 'version'],
] as Property<Cart>[];

@Injectable()
export class CartsRepository {
  private readonly ended: Purge;

  constructor(private readonly database: Database) {
    this.ended = new Purge(database, 'carts', 'ended_at', KEEP_ENDED_MS);
  }

  /** With its lines, which are never older than the cart. */
  async find(cartId: string): Promise<Cart | null> {
    return this.withLines(await this.database.findOne(Cart, 'WHERE cart_id = ?', [cartId]));
  }

  /** Locks a cart with its lines until the transaction ends. They are not read again if it has not changed since `seen`. */
  async lock(tx: Tx, seen: Cart): Promise<Cart | null> {
    const cart = await this.database.findOne(Cart, `WHERE id = ?${this.locking}`, [seen.id], tx);
    if (cart?.version !== seen.version) return this.withLines(cart, tx);
    return Object.assign(cart, { lines: seen.lines });
  }

  /** Locks a customer's open cart until the transaction ends. */
  async lockOpenOf(tx: Tx, openUserId: number): Promise<Cart | null> {
    const theirs = `WHERE open_user_id = ?${this.locking}`;
    return this.withLines(await this.database.findOne(Cart, theirs, [openUserId], tx), tx);
  }

  /** Fills in its `id`. */
  async insert(tx: Tx, cart: Cart): Promise<void> {
    cart.id = (await this.database.insert(Cart, [cart], { tx })).insertId;
    afterCommit(() => this.ended.remind());
  }

  isSecondOpenCart(error: unknown): boolean {
    return this.database.isDuplicate(error, 'open_user_id');
  }

  /** Writes a locked cart and what of its lines is not as in `former`. */
  async save(tx: Tx, cart: Cart, former: readonly CartLine[] = cart.lines): Promise<void> {
    const { sql, params } = this.database.statements(Cart).update(cart, CHANGING, { id: cart.id });
    await this.database.execute(sql, params, tx);
    const gone = former.filter((line) => !cart.lines.includes(line)).map(({ productId }) => productId);
    if (gone.length > 0) {
      const theirs = `cart = ? AND product_id ${inList(gone)}`;
      await this.database.execute(`DELETE FROM cart_lines WHERE ${theirs}`, [cart.id, ...gone], tx);
    }
    const put = cart.lines.filter((line) => !former.includes(line));
    await this.database.insert(CartLine, put, { tx });
  }

  /** The ids of open carts whose time is over, the oldest first. */
  async due(now: Date, limit: number): Promise<number[]> {
    const found = await this.database.repository(Cart).find({
      select: { id: true },
      where: { status: 'open', expiresAt: LessThanOrEqual(now) },
      order: { expiresAt: 'ASC' },
      take: limit,
    });
    return found.map(({ id }) => id);
  }

  /** Ends a cart whose time is over, and forgets its person. False if it has changed meanwhile. */
  async expire(id: number, now: Date, tx?: Tx): Promise<boolean> {
    const { affected } = await this.database
      .repository(Cart, tx)
      .update(
        { id, status: 'open', expiresAt: LessThanOrEqual(now) },
        { ...PERSON, status: 'expired', openUserId: null, endedAt: now, updatedAt: now, version: () => 'version + 1' },
      );
    return affected === 1;
  }

  /** Deletes up to `limit` carts of a user. Returns how many there were. */
  async removeAll(userId: number, limit: number): Promise<number> {
    const found = await this.database.repository(Cart).find({ select: { id: true }, where: { userId }, take: limit });
    const ids = found.map(({ id }) => id);
    await this.database.execute(`DELETE FROM carts WHERE id ${inList(ids)}`, ids);
    return ids.length;
  }

  private get locking(): string {
    return forUpdate(this.database.dialect);
  }

  private async withLines(cart: Cart | null, tx?: Tx): Promise<Cart | null> {
    if (!cart) return null;
    cart.lines = await this.database.find(CartLine, 'WHERE cart = ? ORDER BY product_id', [cart.id], tx);
    return cart;
  }
}
