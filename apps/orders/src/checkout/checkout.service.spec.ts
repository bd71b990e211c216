import { backgroundSettled } from '@app/async';
import { type Caller, type Clock, declareErrors, DomainError } from '@app/kernel';
import type { Commands } from '@app/messaging';
import type { Idempotency } from '@app/idempotency';
import { products, users } from '../../../services.js';
import { CustomersClient } from '../customers/customers.client.js';
import { InventoryClient } from '../stock/inventory.client.js';
import { QuotesService } from '../pricing/quotes.service.js';
import type { ShippingMethodsRepository } from '../pricing/shipping-methods.repository.js';
import type { ShippingTerms } from '../pricing/shipping.js';
import type { TaxRatesRepository } from '../pricing/tax-rates.repository.js';
import type { TaxRule } from '../pricing/tax.js';
import { CheckoutService } from './checkout.service.js';
import { OrderPlacementService } from './order-placement.service.js';
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

const HOME = { name: 'Ada', line1: '1 Main Street', city: 'Springfield', country: 'US' };
const PARCEL: ShippingTerms = {
  ...{ shippingMethodId: 7, code: 'parcel', name: 'Parcel', countries: [], by: 'subtotal', freeFrom: null },
  ...{ steps: [{ from: 0, price: 490 }], position: 0, isActive: true },
};
const VAT: TaxRule = {
  ...{ taxRateId: 1, name: 'VAT', country: 'US', region: null, postalPrefix: null, taxCategory: 'standard' },
  ...{ rate: 200_000, includesShipping: false, validFrom: null, validTo: null },
};

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
  const read: string[] = [];
  const reading = <T>(what: string, rows: T[]) => ({ [what]: () => Promise.resolve(read.push(what)).then(() => rows) });
  const quotes = new QuotesService(
    inventory,
    reading('active', [PARCEL]) as unknown as ShippingMethodsRepository,
    reading('forPlace', [VAT]) as unknown as TaxRatesRepository,
    { currency: 'USD', pricesIncludeTax: false },
    clock,
  );
  const holds = new StockHolds(settlement, inventory);
  const unpaid = { check: () => Promise.resolve(), admit: () => Promise.resolve() } as unknown as UnpaidLimit;
  const placement = new OrderPlacementService(quotes, holds, writer, idempotency, clock);
  const service = new CheckoutService(new CustomersClient(commands), unpaid, quotes, placement);
  return { service, asked, placed, read };
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

  it('charges the shipping and the tax of the tables, and reads only those that it needs', async () => {
    const { service, read, placed } = checkout({ 'users.get': ADA, 'inventory.reserve': SNAPSHOT });
    const place = (details: object) => service.place({ items: [LINE], ...details }, CUSTOMER, REPLY);
    await place({ shipping_address: null, shipping_method_id: null });
    expect(read).toEqual([]);
    await place({ shipping_address: HOME });
    expect(read.splice(0)).toEqual(['forPlace']);
    await place({ shipping_method_id: 7 });
    expect(read.splice(0)).toEqual(['active']);
    await place({ shipping_address: HOME, shipping_method_id: 7, expected_total: 3980 + 796 + 490 });
    expect(read).toEqual(['active', 'forPlace']);
    expect(placed.map(({ orderTotal }) => orderTotal)).toEqual([3980, 3980 + 796, 3980 + 490, 3980 + 796 + 490]);
  });

  it.each([
    ['another total than expected', { shipping_address: HOME, expected_total: 3980 }, 'total-changed'],
    ['a closed shipping method', { shipping_method_id: 8 }, 'shipping-method-unavailable'],
  ])('refuses %s, stores nothing and returns the stock', async (_, details, code) => {
    const answers = { 'users.get': ADA, 'inventory.reserve': SNAPSHOT, outcome: 'abandoned' };
    const { service, asked, placed } = checkout(answers);
    await expect(service.place({ items: [LINE], ...details }, CUSTOMER, REPLY)).rejects.toMatchObject({ code });
    await backgroundSettled(1_000);
    expect(asked.slice(2)).toEqual([{ pattern: 'inventory.release', payload: { order_ref: REF } }]);
    expect(placed).toEqual([]);
  });

  it('says with another total what the order would cost, and which shipping methods are open', async () => {
    const { service } = checkout({ 'users.get': ADA, 'inventory.reserve': SNAPSHOT });
    const details = { shipping_address: HOME, expected_total: 3980 };
    await expect(service.place({ items: [LINE], ...details }, CUSTOMER, REPLY)).rejects.toMatchObject({
      message: expect.stringContaining('would cost 47.76 USD'),
      details: { quote: { order_total: '47.76', tax_total: '7.96', shipping_methods: [{ price: '4.90' }] } },
    });
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
