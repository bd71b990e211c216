import { backgroundSettled } from '@app/async';
import { type Caller, type Clock, declareErrors, DomainError } from '@app/kernel';
import type { Commands } from '@app/messaging';
import type { Idempotency } from '@app/idempotency';
import { products, users } from '../../../services.js';
import { CustomersClient } from '../customers/customers.client.js';
import { InventoryClient } from '../stock/inventory.client.js';
import { CheckoutService } from './checkout.service.js';
import { StockHolds } from './stock-holds.js';
import type { UnpaidLimit } from './unpaid-limit.js';
import type { SettlementService } from '../orders/settlement.service.js';
import type { Order } from '../orders/order.entity.js';
import type { OrderWriter } from '../orders/order-writer.js';

const REF = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const NOW = new Date('2026-11-22T12:00:00.000Z');
const CUSTOMER: Caller = { user_id: 1, role: 'customer' };
const REPLY = { claim: undefined, answer: () => ({}) };
const STAFF: Caller = { user_id: 8, role: 'staff' };
const LINE = { product_id: 5, quantity: 2, price_at_order: 1990 };
const ADA = { user_id: 1, email: 'ada@example.com', full_name: 'Ada' };
const SNAPSHOT = { currency: 'USD', items: [{ product_id: 5, sku: 'M', name: 'Mouse', price: '19.90' }] };

const usersRefusal = declareErrors(users.refuses);
const productsRefusal = declareErrors(products.refuses);

type Answers = Record<string, unknown>;

function checkout(answers: Answers, storing = Promise.resolve()) {
  const asked: { pattern: string; payload: unknown }[] = [];
  const placed: Order[] = [];
  const commands = {
    ask: (pattern: string, payload: unknown) => {
      asked.push({ pattern, payload });
      const answer = answers[pattern];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as Commands;
  const writer = { place: (order: Order) => storing.then(() => void placed.push(order)) } as unknown as OrderWriter;
  const idempotency = { reference: () => REF } as unknown as Idempotency;
  const clock: Clock = { now: () => NOW };
  const settlement = { settle: () => Promise.resolve({ outcome: answers['outcome'] }) } as unknown as SettlementService;
  const inventory = new InventoryClient(commands, 'USD');
  const service = new CheckoutService(
    new CustomersClient(commands),
    idempotency,
    writer,
    clock,
    new StockHolds(settlement, inventory),
    { check: () => Promise.resolve(), admit: () => Promise.resolve() } as unknown as UnpaidLimit,
  );
  return { service, asked, placed };
}

describe('CheckoutService', () => {
  it('reads the customer, reserves under the request’s ref and stores what was reserved', async () => {
    const { service, asked, placed } = checkout({ 'users.get': ADA, 'inventory.reserve': SNAPSHOT });
    const order = await service.place({ items: [LINE] }, CUSTOMER, REPLY);
    expect(asked).toEqual([
      { pattern: 'users.get', payload: { user_id: 1 } },
      {
        pattern: 'inventory.reserve',
        payload: { order_ref: REF, items: [{ product_id: 5, quantity: 2, expected_price: '19.90' }] },
      },
    ]);
    expect(placed).toEqual([order]);
    expect(order).toMatchObject({ orderRef: REF, status: 'pending', orderTotal: 3980, version: 1, createdAt: NOW });
    expect(order.lines).toMatchObject([{ sku: 'M', priceAtOrder: 1990, lineTotal: 3980 }]);
  });

  it.each([
    ['service-unavailable', 'inventory-unavailable'],
    ['reservation-ended', 'inventory-unavailable'],
    ['insufficient-stock', 'insufficient-stock'],
    ['price-changed', 'price-changed'],
    ['unknown-product', 'unknown-product'],
  ] as const)('reports %s of products as %s and stores nothing', async (refusal, code) => {
    const details = { items: [{ product_id: 5, requested: 2, available: 1 }] };
    const error = productsRefusal(refusal, 'No.', { details });
    const { service, placed } = checkout({ 'users.get': ADA, 'inventory.reserve': error });
    await expect(service.place({ items: [LINE] }, CUSTOMER, REPLY)).rejects.toMatchObject({ code });
    expect(placed).toEqual([]);
  });

  it('reserves nothing for an unknown user, nor if a customer orders for somebody else', async () => {
    const { service, asked } = checkout({ 'users.get': usersRefusal('unknown-user', 'No.') });
    await expect(service.place({ items: [LINE], user_id: 7 }, STAFF, REPLY)).rejects.toMatchObject({
      code: 'unknown-user',
      errors: [{ pointer: '/user_id' }],
    });
    await expect(service.place({ items: [LINE], user_id: 7 }, CUSTOMER, REPLY)).rejects.toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer: '/user_id' }],
    });
    expect(asked.map(({ pattern }) => pattern)).toEqual(['users.get']);
  });

  it.each([
    ['abandoned', [{ pattern: 'inventory.release', payload: { order_ref: REF } }]],
    ['placed', []],
  ])('releases only abandoned stock of an order that was not stored: the ref is %s', async (outcome, released) => {
    const away = Promise.reject(new DomainError('service-unavailable', 'The database is away.'));
    const { service, asked } = checkout({ 'users.get': ADA, 'inventory.reserve': SNAPSHOT, outcome }, away);
    await expect(service.place({ items: [LINE] }, CUSTOMER, REPLY)).rejects.toMatchObject({
      code: 'service-unavailable',
    });
    await backgroundSettled(1_000);
    expect(asked.slice(2)).toEqual(released);
  });

  it.each(['insufficient-stock', 'idempotency-key-in-use'] as const)(
    'does not settle the ref after %s',
    async (code) => {
      const refused = Promise.reject(productsRefusal(code, 'No.'));
      const { service, asked } = checkout({ 'users.get': ADA, 'inventory.reserve': SNAPSHOT }, refused);
      await expect(service.place({ items: [LINE] }, CUSTOMER, REPLY)).rejects.toMatchObject({ code });
      await backgroundSettled(1_000);
      expect(asked).toHaveLength(2);
    },
  );

  it('fails if products returns no price', async () => {
    const { service, placed } = checkout({ 'users.get': ADA, 'inventory.reserve': { currency: 'USD', items: [] } });
    await expect(service.place({ items: [LINE] }, CUSTOMER, REPLY)).rejects.toThrow('without a price for product 5');
    expect(placed).toEqual([]);
  });
});
