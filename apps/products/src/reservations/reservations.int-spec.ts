import { randomUUID } from 'node:crypto';
import { DomainError } from '@app/kernel';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { TestOrder } from '../../../../test/support/sample-events.js';
import { InventoryRepository } from '../stock/inventory.repository.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationSweeper } from './reservation-sweeper.js';
import { ReservationsRepository } from './reservations.repository.js';

describeOnEachDatabase('reservations', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
    await service.probe.limitReceives(1);
  }, 30_000);
  afterEach(async () => {
    expect(await service.driftingProducts()).toEqual([]);
  });
  afterAll(() => service?.stop());

  const statusOf = (orderRef: string) => service.app.get(ReservationsRepository).statusOf(orderRef);
  const lifecycle = () => service.app.get(ReservationLifecycleService);
  const held = async (quantity = 3): Promise<[SomeProduct, string]> => {
    const product = await service.product();
    const orderRef = randomUUID();
    await service.reserve(orderRef, [[product, quantity]]);
    return [product, orderRef];
  };
  const reasons = async ({ product_id }: SomeProduct) => {
    const sql = 'SELECT reason FROM inventory_movements WHERE product_id = ? ORDER BY movement_id';
    return (await service.database.query<{ reason: string }>(sql, [product_id])).map(({ reason }) => reason);
  };

  describe('reserving', () => {
    it('holds every line and returns the products with their prices', async () => {
      const [a, b] = [
        await service.product(),
        await service.product({ name: 'Cable', price: '0.10', weight_grams: 40, tax_category: 'cables' }),
      ];
      const answer = await service.reserve(randomUUID(), [
        [b, 2, '0.10'],
        [a, 1],
        [b, 1],
      ]);
      expect(answer).toEqual({
        currency: 'USD',
        items: [
          {
            product_id: a.product_id,
            sku: a.sku,
            name: 'Wireless Mouse',
            price: '29.99',
            weight_grams: null,
            tax_category: 'standard',
          },
          {
            product_id: b.product_id,
            sku: b.sku,
            name: 'Cable',
            price: '0.10',
            weight_grams: 40,
            tax_category: 'cables',
          },
        ],
      });
      expect([await service.stock(a), await service.stock(b)]).toEqual([
        [10, 1, 9],
        [10, 3, 7],
      ]);
    });

    it('retries when refused stock is back a moment later, and gives up with a clear error', async () => {
      const product = await service.product();
      const change = jest.spyOn(service.app.get(InventoryRepository), 'applyChange').mockResolvedValueOnce(false);
      await service.reserve(randomUUID(), [[product, 2]]);
      expect(await service.stock(product)).toEqual([10, 2, 8]);
      change.mockResolvedValue(false);
      await expect(service.reserve(randomUUID(), [[product, 2]])).rejects.toMatchObject({
        code: 'inventory-unavailable',
      });
      change.mockRestore();
      expect(await service.stock(product)).toEqual([10, 2, 8]);
    });

    it('returns the same when repeated, without holding stock twice, whatever the price is by then', async () => {
      const product = await service.product();
      const orderRef = randomUUID();
      const first = await service.reserve(orderRef, [[product, 10]]);
      const change = { body: { price: '1.00' } };
      await service.call('staff', 'PUT', `/products/${product.product_id}`, change);
      const repeats = await Promise.all([1, 2, 3].map(() => service.reserve(orderRef, [[product, 10]])));
      expect(repeats).toEqual([first, first, first]);
      expect(await service.stock(product)).toEqual([10, 10, 0]);
    });

    it('makes one reservation for concurrent repeats', async () => {
      const product = await service.product();
      const orderRef = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => service.reserve(orderRef, [[product, 4]])));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await service.stock(product)).toEqual([10, 4, 6]);
    });

    it('holds nothing when one line lacks stock', async () => {
      const [a, b, c] = [await service.product(), await service.product({ initial_stock: 1 }), await service.product()];
      const asked = service.reserve(randomUUID(), [
        [a, 1],
        [b, 2],
        [c, 11],
      ]);
      await expect(asked).rejects.toMatchObject({
        code: 'insufficient-stock',
        details: {
          items: [
            { product_id: b.product_id, requested: 2, available: 1 },
            { product_id: c.product_id, requested: 11, available: 10 },
          ],
        },
      });
      expect([await service.stock(a), await service.stock(b)]).toEqual([
        [10, 0, 10],
        [1, 0, 1],
      ]);
    });

    it('refuses a changed price, unknown products and malformed commands', async () => {
      const product = await service.product();
      await expect(service.reserve(randomUUID(), [[product, 1, '29.98']])).rejects.toMatchObject({
        code: 'price-changed',
        details: { items: [{ product_id: product.product_id, expected_price: '29.98', price: '29.99' }] },
      });
      const unknown = { ...product, product_id: 2_000_000_000 };
      await expect(service.reserve(randomUUID(), [[unknown, 1]])).rejects.toMatchObject({
        code: 'unknown-product',
        details: { product_ids: [2_000_000_000] },
      });
      await expect(service.reserve('no uuid', [[product, 0]])).rejects.toMatchObject({ code: 'validation-failed' });
      expect(await service.stock(product)).toEqual([10, 0, 10]);
    });

    it('sells ten units to fifty concurrent buyers exactly ten times', async () => {
      const product = await service.product();
      const asked = Array.from({ length: 50 }, () => service.reserve(randomUUID(), [[product, 1]]));
      const outcomes = await Promise.allSettled(asked);
      const refused = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as DomainError] : [],
      );
      expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 40 }, () => 'insufficient-stock'));
      for (const { details } of refused) {
        expect(details).toEqual({ items: [{ product_id: product.product_id, requested: 1, available: 0 }] });
      }
      expect(await service.stock(product)).toEqual([10, 10, 0]);
    }, 30_000);

    it('serves concurrent baskets with the same products in different orders', async () => {
      const products = await Promise.all(Array.from({ length: 4 }, () => service.product({ initial_stock: 1000 })));
      const baskets = Array.from({ length: 40 }, (_, i) =>
        service.reserve(
          randomUUID(),
          products.map((_, line): [SomeProduct, number] => [products[(line * 3 + i) % 4] as SomeProduct, 1]),
        ),
      );
      await Promise.all(baskets);
      for (const product of products) expect(await service.stock(product)).toEqual([1000, 40, 960]);
    }, 30_000);
  });

  describe('events of the order', () => {
    it.each([
      { events: ['created', 'shipped'], ends: 'consumed', stock: [7, 0, 7] },
      { events: ['shipped', 'created'], ends: 'consumed', stock: [7, 0, 7] },
      { events: ['created', 'cancelled'], ends: 'released', stock: [10, 0, 10] },
      { events: ['cancelled', 'created'], ends: 'released', stock: [10, 0, 10] },
      { events: ['created'], ends: 'confirmed', stock: [10, 3, 7] },
    ])('move the stock by $events, each delivered twice, to $ends', async ({ events, ends, stock }) => {
      const [product, orderRef] = await held();
      const take = { created: 'orderCreated', shipped: 'orderShipped', cancelled: 'orderCancelled' } as const;
      const facts = events.map((name) => ({ step: take[name as keyof typeof take], event_id: randomUUID() }));
      for (const { step, event_id } of [...facts, ...facts]) await lifecycle()[step]({ event_id, order_ref: orderRef });
      // The same fact with another event id: only the reservation's state shows that it is a repeat.
      for (const { step } of facts) await lifecycle()[step]({ event_id: randomUUID(), order_ref: orderRef });
      expect([await statusOf(orderRef), await service.stock(product)]).toEqual([ends, stock]);
    });

    it('arrive through the queue', async () => {
      const [product, orderRef] = await held();
      const order = new TestOrder({ order_ref: orderRef });
      await service.deliver(order.event('order.created'));
      await eventually(async () => expect(await statusOf(orderRef)).toBe('confirmed'));
      await service.deliver(order.event('order.shipped', 'paid'));
      await eventually(async () => expect(await service.stock(product)).toEqual([7, 0, 7]));
      expect(await reasons(product)).toEqual(['initial stock', 'order reserved', 'order shipped']);
    });

    it('are dead-lettered when goods are shipped that were never held', async () => {
      const event = new TestOrder().event('order.shipped', 'paid');
      await service.deliver(event);
      await eventually(async () => expect((await service.probe.deadLetters()).join()).toContain(event.event_id));
    }, 30_000);
  });

  describe('releasing', () => {
    it('returns the stock once', async () => {
      const [product, orderRef] = await held();
      await Promise.all([service.release(orderRef), service.release(orderRef)]);
      expect(await service.stock(product)).toEqual([10, 0, 10]);
      await expect(service.reserve(orderRef, [[product, 3]])).rejects.toMatchObject({ code: 'reservation-ended' });
    });

    it('refuses a reservation that arrives after its release', async () => {
      const product = await service.product();
      const orderRef = randomUUID();
      await service.release(orderRef);
      await expect(service.reserve(orderRef, [[product, 3]])).rejects.toMatchObject({ code: 'reservation-ended' });
      expect(await service.stock(product)).toEqual([10, 0, 10]);
    });
  });

  describe('expired holds', () => {
    const sweep = () => service.app.get(ReservationSweeper).sweep();
    const expire = (orderRef: string, expiredAt = '2026-01-01T00:00:00.000Z') =>
      service.app.get(ReservationsRepository).postpone(orderRef, new Date(expiredAt));
    beforeEach(async () => {
      await service.database.execute("UPDATE reservations SET status = 'confirmed' WHERE status = 'held'");
    });
    afterEach(() => {
      service.neighbours.settle = async () => 'abandoned';
    });

    it('are released when the orders service has abandoned them', async () => {
      const [product, orderRef] = await held();
      expect(await sweep()).toBe(0);
      await expire(orderRef);
      expect(await sweep()).toBe(1);
      expect([await statusOf(orderRef), await service.stock(product)]).toEqual(['released', [10, 0, 10]]);
      expect(await reasons(product)).toContain('reservation expired');
      await expect(service.reserve(orderRef, [[product, 3]])).rejects.toMatchObject({ code: 'reservation-ended' });
    });

    it('include those that began before the clock was set back', async () => {
      const [product, orderRef] = await held();
      const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
      await expire(orderRef, inMinutes(9));
      expect(await sweep()).toBe(0);
      await expire(orderRef, inMinutes(60));
      expect(await sweep()).toBe(1);
      expect([await statusOf(orderRef), await service.stock(product)]).toEqual(['released', [10, 0, 10]]);
    });

    it('stay when an order was placed', async () => {
      const [product, orderRef] = await held();
      await expire(orderRef);
      service.neighbours.settle = async () => 'placed';
      expect(await sweep()).toBe(1);
      expect([await statusOf(orderRef), await service.stock(product)]).toEqual(['confirmed', [10, 3, 7]]);
    });

    it('stay without a response, and do not block others', async () => {
      const [, mute] = await held();
      const [, answered] = await held();
      await expire(mute, '2026-01-01T00:00:00.000Z');
      await expire(answered, '2026-01-02T00:00:00.000Z');
      service.neighbours.settle = async (orderRef) => {
        if (orderRef === mute) throw new DomainError('service-unavailable', 'Away.');
        return 'abandoned';
      };
      expect(await sweep()).toBe(1);
      expect([await statusOf(mute), await statusOf(answered)]).toEqual(['held', 'released']);
      expect(await sweep()).toBe(0);
    });

    it('are not tried one by one while the orders service is unavailable', async () => {
      for (let i = 0; i < 5; i++) await expire((await held())[1]);
      let asked = 0;
      service.neighbours.settle = async () => {
        asked++;
        throw new DomainError('service-unavailable', 'Away.');
      };
      expect(await sweep()).toBe(0);
      expect(asked).toBe(3);
    });

    it('end in one state only when confirmation and expiry race', async () => {
      for (let round = 0; round < 20; round++) {
        const [product, orderRef] = await held();
        await Promise.all([lifecycle().confirm(orderRef), lifecycle().expire(orderRef)]);
        const ended = [await statusOf(orderRef), await service.stock(product)];
        expect([
          ['confirmed', [10, 3, 7]],
          ['released', [10, 0, 10]],
        ]).toContainEqual(ended);
      }
    }, 30_000);
  });

  it('sweeps expired holds periodically, until it is stopped', async () => {
    const sweeping = await ProductsService.start(databaseUrl(), { RESERVATION_HOLD: '1ms', SWEEP_INTERVAL: '20ms' });
    try {
      const product = await sweeping.product();
      await sweeping.reserve(randomUUID(), [[product, 2]]);
      await eventually(async () => expect(await sweeping.stock(product)).toEqual([10, 0, 10]));
    } finally {
      await sweeping.stop();
    }
  }, 30_000);
});
