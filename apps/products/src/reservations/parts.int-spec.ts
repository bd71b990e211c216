import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Envelope } from '@app/events';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationPartsService } from './reservation-parts.service.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReturnsService } from './returns.service.js';

type Lines = [product: SomeProduct, quantity: number][];

/** A part of an order; `take` acts on an event about it. */
interface Part {
  part_ref: string;
  take(eventId?: string): Promise<void>;
}

describeOnEachDatabase('parts of an order', (databaseUrl) => {
  let service: ProductsService;
  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
    await service.probe.limitReceives(1);
  }, 60_000);
  afterEach(async () => {
    expect(await service.driftingProducts()).toEqual([]);
  });
  afterAll(() => service?.stop());

  const lifecycle = () => service.app.get(ReservationLifecycleService);
  const statusOf = (orderRef: string) => service.app.get(ReservationsRepository).statusOf(orderRef);
  const piecesOf = (lines: Lines) => lines.map(([{ product_id }, quantity]) => ({ product_id, quantity }));
  const partOf = (order_ref: string, lines: Lines, take: 'shipped' | 'cancelled' | 'received'): Part => {
    const fact = { order_ref, part_ref: randomUUID(), pieces: piecesOf(lines) };
    return {
      part_ref: fact.part_ref,
      take: (event_id = randomUUID()) =>
        take === 'received'
          ? service.app.get(ReturnsService).received({ event_id, ...fact })
          : service.app.get(ReservationPartsService)[take]({ event_id, ...fact }),
    };
  };
  const shipment = (orderRef: string, ...lines: Lines) => partOf(orderRef, lines, 'shipped');
  const cancellation = (orderRef: string, ...lines: Lines) => partOf(orderRef, lines, 'cancelled');
  const restocked = (orderRef: string, ...lines: Lines) => partOf(orderRef, lines, 'received');
  const fact = (order_ref: string, event_id = randomUUID()) => ({ event_id, order_ref });

  /** An order of three mice and two cables. */
  const placed = async (initial_stock = 10) => {
    const [mouse, cable] = [await service.product({ initial_stock }), await service.product({ initial_stock })];
    const orderRef = randomUUID();
    await service.reserve(orderRef, [
      [mouse, 3],
      [cable, 2],
    ]);
    return { orderRef, mouse, cable };
  };
  const movements = async (product: SomeProduct) => {
    const { body } = await service.staff<{ movements: Record<string, unknown>[] }>(
      'GET',
      `${at(product)}/inventory/movements?sort=at`,
    );
    return body.movements.map(({ reason, part_ref }) => [reason, part_ref]);
  };
  const stocks = async (...products: SomeProduct[]) => {
    const all: [number, number, number][] = [];
    for (const product of products) all.push(await service.stock(product));
    return all;
  };

  describe('that leaves', () => {
    it('takes its pieces out of the stock and confirms the hold, which keeps the rest', async () => {
      const { orderRef, mouse, cable } = await placed();
      const first = shipment(orderRef, [mouse, 2]);
      await first.take();
      expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        'confirmed',
        [
          [8, 1, 7],
          [10, 2, 8],
        ],
      ]);
      const second = shipment(orderRef, [cable, 2], [mouse, 1]);
      await second.take();
      expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        'consumed',
        [
          [7, 0, 7],
          [8, 0, 8],
        ],
      ]);
      expect(await movements(mouse)).toEqual([
        ['initial stock', null],
        ['order reserved', null],
        ['order shipped', first.part_ref],
        ['order shipped', second.part_ref],
      ]);
    });

    it('leaves once, by whichever of its events', async () => {
      const { orderRef, mouse } = await placed();
      const part = shipment(orderRef, [mouse, 1]);
      const eventId = randomUUID();
      await part.take(eventId);
      await part.take(eventId);
      await part.take();
      expect(await service.stock(mouse)).toEqual([9, 2, 7]);
      const other = shipment(orderRef, [mouse, 1]);
      await Promise.all(Array.from({ length: 6 }, () => other.take()));
      expect(await service.stock(mouse)).toEqual([8, 1, 7]);
    });

    it('counts two entries of one product as one', async () => {
      const { orderRef, mouse } = await placed();
      await shipment(orderRef, [mouse, 1], [mouse, 1]).take();
      expect(await service.stock(mouse)).toEqual([8, 1, 7]);
    });

    it('is an error, and changes nothing, where the stock was not held for it', async () => {
      const { orderRef, mouse, cable } = await placed();
      const stranger = await service.product();
      await expect(shipment(randomUUID(), [mouse, 1]).take()).rejects.toThrow('is missing');
      await expect(shipment(orderRef, [stranger, 1]).take()).rejects.toThrow('holds fewer than 1');
      await expect(shipment(orderRef, [mouse, 1], [cable, 3]).take()).rejects.toThrow('holds fewer than 3');
      await shipment(orderRef, [mouse, 2]).take();
      await cancellation(orderRef, [cable, 1]).take();
      const large = shipment(orderRef, [mouse, 1], [cable, 2]);
      const eventId = randomUUID();
      await expect(large.take(eventId)).rejects.toThrow('holds fewer than 2');
      await expect(large.take(eventId)).rejects.toThrow('holds fewer than 2');
      expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        'confirmed',
        [
          [8, 1, 7],
          [10, 1, 9],
        ],
      ]);
      await shipment(orderRef, [mouse, 1], [cable, 1]).take();
      for (const part of [shipment(orderRef, [mouse, 1]), cancellation(orderRef, [mouse, 1])]) {
        await expect(part.take()).rejects.toThrow('is consumed');
      }
      const released = await placed();
      await lifecycle().orderCancelled(fact(released.orderRef));
      await expect(shipment(released.orderRef, [released.mouse, 1]).take()).rejects.toThrow('is released');
      expect(await service.stock(released.mouse)).toEqual([10, 0, 10]);
    });
  });

  describe('that is cancelled', () => {
    it('gives its pieces back, and the hold ends when nothing is left of it', async () => {
      const { orderRef, mouse, cable } = await placed();
      const part = cancellation(orderRef, [mouse, 1]);
      await part.take();
      expect([await statusOf(orderRef), await service.stock(mouse)]).toEqual(['confirmed', [10, 2, 8]]);
      expect((await movements(mouse)).at(-1)).toEqual(['order partly cancelled', part.part_ref]);
      await cancellation(orderRef, [mouse, 2], [cable, 2]).take();
      await part.take();
      expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        'released',
        [
          [10, 0, 10],
          [10, 0, 10],
        ],
      ]);
    });

    it('leaves a consumed hold when other pieces have left', async () => {
      const { orderRef, mouse, cable } = await placed();
      await shipment(orderRef, [mouse, 3]).take();
      await cancellation(orderRef, [cable, 2]).take();
      expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        'consumed',
        [
          [7, 0, 7],
          [10, 0, 10],
        ],
      ]);
    });

    it('changes nothing when the cancellation of the whole order has overtaken it', async () => {
      const { orderRef, mouse } = await placed();
      await lifecycle().orderCancelled(fact(orderRef));
      await cancellation(orderRef, [mouse, 1]).take();
      expect([await statusOf(orderRef), await service.stock(mouse)]).toEqual(['released', [10, 0, 10]]);
    });
  });

  it.each([
    { how: 'the cancellation of the order', end: (ref: string) => lifecycle().orderCancelled(fact(ref)) },
    { how: 'the command', end: (ref: string) => service.release(ref) },
  ])('what is left of a hold is released by $how', async ({ end }) => {
    const { orderRef, mouse, cable } = await placed();
    await shipment(orderRef, [mouse, 1]).take();
    await cancellation(orderRef, [mouse, 1]).take();
    await end(orderRef);
    await end(orderRef);
    expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
      'consumed',
      [
        [9, 0, 9],
        [10, 0, 10],
      ],
    ]);
    const sql =
      'SELECT SUM(quantity_consumed) AS c, SUM(quantity_released) AS r FROM reservation_items WHERE order_ref = ?';
    const [taken] = await service.database.query<{ c: unknown; r: unknown }>(sql, [orderRef]);
    expect([Number(taken?.c), Number(taken?.r)]).toEqual([1, 4]);
  });

  it('what is left of a hold is consumed by the release before, which knows no shipments', async () => {
    const { orderRef, mouse, cable } = await placed();
    await shipment(orderRef, [mouse, 1]).take();
    await lifecycle().orderShipped(fact(orderRef));
    await lifecycle().orderShipped(fact(orderRef));
    expect([await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
      'consumed',
      [
        [7, 0, 7],
        [8, 0, 8],
      ],
    ]);
  });

  describe('that comes back', () => {
    it('is restocked once, also of a product that is no longer sold', async () => {
      const { orderRef, mouse, cable } = await placed();
      await shipment(orderRef, [mouse, 3], [cable, 2]).take();
      expect((await service.staff('DELETE', at(mouse))).status).toBeLessThan(300);
      const part = restocked(orderRef, [mouse, 1], [cable, 0], [mouse, 1]);
      const eventId = randomUUID();
      await part.take(eventId);
      await part.take(eventId);
      await Promise.all(Array.from({ length: 4 }, () => part.take()));
      expect(await stocks(mouse, cable)).toEqual([
        [9, 0, 9],
        [8, 0, 8],
      ]);
      expect((await movements(mouse)).at(-1)).toEqual(['return restocked', part.part_ref]);
      expect((await movements(cable)).at(-1)?.[0]).toBe('order shipped');
      await expect(service.reserve(randomUUID(), [[mouse, 1]])).rejects.toMatchObject({ code: 'unknown-product' });
      await restocked(orderRef, [mouse, 0]).take();
      expect(await service.stock(mouse)).toEqual([9, 0, 9]);
    });
  });

  describe('in events', () => {
    /** The event of the contract, about other pieces of another order. */
    const eventOf = (name: string, orderRef: string, change: (payload: Record<string, object>) => object) => {
      const text = readFileSync(`test/contracts/events/${name}.json`, 'utf8');
      const envelope = JSON.parse(text) as Envelope & { payload: Record<string, object> };
      const payload = { ...envelope.payload, order_ref: orderRef, ...change(envelope.payload) };
      return { ...envelope, event_id: randomUUID(), payload } as unknown as Envelope;
    };
    const pieces = ({ product_id, sku }: SomeProduct, quantity: number) => ({
      product_id,
      sku,
      name: 'Mouse',
      quantity,
    });
    const shipped = (orderRef: string, product: SomeProduct, quantity: number) =>
      eventOf('shipment.shipped', orderRef, ({ shipment: part }) => ({
        shipment: { ...part, shipment_ref: randomUUID(), items: [pieces(product, quantity)] },
      }));
    const cancelled = (orderRef: string, product: SomeProduct, quantity: number) =>
      eventOf('order.partially-cancelled', orderRef, ({ cancellation: part }) => ({
        cancellation: { ...part, cancellation_ref: randomUUID(), items: [pieces(product, quantity)] },
      }));
    const returned = (orderRef: string, product: SomeProduct, quantity_received: number, quantity_restocked: number) =>
      eventOf('return.received', orderRef, ({ return: part }) => {
        const items = [{ ...pieces(product, quantity_received), quantity_received, quantity_restocked }];
        return { return: { ...part, return_ref: randomUUID(), items } };
      });

    it('arrives through the queue', async () => {
      const { orderRef, mouse, cable } = await placed();
      const arrives = async (event: Envelope, stock: [number, number, number]) => {
        await service.deliver(event);
        await eventually(async () => expect(await service.stock(mouse)).toEqual(stock));
      };
      await arrives(shipped(orderRef, mouse, 2), [8, 1, 7]);
      await arrives(cancelled(orderRef, mouse, 1), [8, 0, 8]);
      await arrives(returned(orderRef, mouse, 2, 1), [9, 0, 9]);
      // An order.shipped that counts what left consumes nothing; that of the release before consumes the rest.
      await service.deliver(eventOf('order.shipped.full', orderRef, () => ({})));
      await eventually(async () => expect(await service.probe.depth()).toEqual({ visible: 0, hidden: 0 }));
      expect(await service.stock(cable)).toEqual([10, 2, 8]);
      await service.deliver(eventOf('order.shipped', orderRef, () => ({})));
      await eventually(async () => expect(await service.stock(cable)).toEqual([8, 0, 8]));
    }, 60_000);

    it('is a dead letter where the stock was not held for it', async () => {
      const { orderRef, mouse } = await placed();
      const event = shipped(orderRef, mouse, 4);
      await service.deliver(event);
      await eventually(async () => expect((await service.probe.deadLetters()).join()).toContain(event.event_id));
      expect(await service.stock(mouse)).toEqual([10, 3, 7]);
    }, 60_000);
  });

  it('end the same in every order of their events, however often each comes', async () => {
    const initial_stock = 100_000;
    const [mouse, cable] = [await service.product({ initial_stock }), await service.product({ initial_stock })];
    let orders = 0;
    for (const order of permutations([0, 1, 2, 3, 4])) {
      const orderRef = randomUUID();
      const createdId = randomUUID();
      const created = async () => {
        await service.reserve(orderRef, [
          [mouse, 3],
          [cable, 2],
        ]);
        await lifecycle().orderCreated(fact(orderRef, createdId));
      };
      const parts = [
        shipment(orderRef, [mouse, 2], [cable, 1]),
        shipment(orderRef, [mouse, 1]),
        cancellation(orderRef, [cable, 1]),
        restocked(orderRef, [mouse, 1], [cable, 0]),
      ].map(({ take }) => {
        const eventId = randomUUID();
        return [() => take(eventId), () => take(eventId), () => take()];
      });
      const events = [[created, created], ...parts];
      await deliverAll(order.flatMap((index) => events[index] ?? []));
      orders++;
      expect([order, await statusOf(orderRef), await stocks(mouse, cable)]).toEqual([
        order,
        'consumed',
        [
          [initial_stock - 2 * orders, 0, initial_stock - 2 * orders],
          [initial_stock - orders, 0, initial_stock - orders],
        ],
      ]);
    }
    expect(orders).toBe(120);
  }, 240_000);
});

/** Delivers as the queue does: what has failed comes again, behind the others. */
async function deliverAll(deliveries: (() => Promise<void>)[]): Promise<void> {
  let waiting = deliveries;
  for (let round = 0; waiting.length > 0; round++) {
    const failed: (() => Promise<void>)[] = [];
    for (const deliver of waiting) await deliver().catch(() => void failed.push(deliver));
    if (round > 2) throw new Error(`${failed.length} events fail for ever.`);
    waiting = failed;
  }
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
