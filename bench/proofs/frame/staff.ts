import type { Answer } from './http.js';
import { sleep } from './load.js';
import { isExpected, ParcelDesk, type Pieces } from './parcel-desk.js';
import type { ProofPlatform } from './platform.js';
import { expectStatus, type Shop } from './shop.js';

const PAUSE_MS = 50;

/**
 * Of every three orders, ships one, as a whole or in parts of which some are cancelled, and cancels one. Retries each step
 * until it is answered.
 */
export class Staff {
  private readonly desk: ParcelDesk;
  private last = 0;

  constructor(
    shop: Shop,
    private readonly platform: ProofPlatform,
  ) {
    this.desk = new ParcelDesk([platform.services.orders.url], shop.admin);
  }

  readonly work = async (): Promise<void> => {
    const sql = 'SELECT order_id FROM orders WHERE order_id > ? ORDER BY order_id LIMIT 1';
    const next = await this.platform.databases.number('orders', sql, [this.last]);
    await sleep(PAUSE_MS);
    if (next === 0) return;
    this.last = next;
    if (next % 3 === 0) return this.cancel(next);
    if (next % 3 !== 1) return;
    expectStatus(200, await this.desk.step(next, 'paid'));
    const ways = [this.whole, this.inTwo, this.partly, this.packed];
    await ways[Math.floor(next / 3) % ways.length]?.(next);
  };

  private async cancel(orderId: number): Promise<void> {
    expectStatus(200, await this.desk.step(orderId, 'cancelled'));
  }

  private readonly whole = async (orderId: number): Promise<void> => {
    expectStatus(200, await this.desk.step(orderId, 'shipped'));
  };

  private readonly inTwo = async (orderId: number): Promise<void> => {
    assertExpected(await this.desk.ship(orderId, { items: await this.onePiece(orderId) }));
    assertExpected(await this.desk.ship(orderId));
  };

  /** One piece leaves, one is cancelled, and others stay open. */
  private readonly partly = async (orderId: number): Promise<void> => {
    const items = await this.onePiece(orderId);
    assertExpected(await this.desk.ship(orderId, { items }));
    assertExpected(await this.desk.cancel(orderId, items));
  };

  /** A packed piece is unpacked, packed again and sent; the rest is cancelled. */
  private readonly packed = async (orderId: number): Promise<void> => {
    const items = await this.onePiece(orderId);
    const pack = async () =>
      Number(expectStatus(201, await this.desk.ship(orderId, { items, status: 'prepared' })).body['shipment_id']);
    assertExpected(await this.desk.unpack(await pack()));
    assertExpected(await this.desk.send(await pack()));
    assertExpected(await this.desk.cancel(orderId));
  };

  private async onePiece(orderId: number): Promise<Pieces[]> {
    const [line] = await this.desk.lines(orderId);
    return [{ order_item_id: line?.order_item_id ?? 0, quantity: 1 }];
  }
}

function assertExpected(answer: Answer): void {
  if (!isExpected(answer)) expectStatus(200, answer);
}
