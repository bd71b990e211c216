import { parseMoney, parseRate } from '@app/kernel';
import fc from 'fast-check';
import { placeOf } from '../../../apps/orders/src/pricing/place.js';
import { quote } from '../../../apps/orders/src/pricing/quote.js';
import type { ShippingMethod } from '../../../apps/orders/src/pricing/shipping-method.entity.js';
import type { TaxRule } from '../../../apps/orders/src/pricing/tax.js';
import type { OfferedLine } from '../../../apps/orders/src/stock/inventory.client.js';
import { ask } from './http.js';
import { expectStatus, type Shop } from './shop.js';

export const CURRENCY = 'USD';
const CATEGORIES = ['standard', 'food', 'books', 'unknown'];

/** Of a country, a region, a postal code, and the past; half a cent of 1.00 at 14.5 % is one that binary fractions miss. */
const RATES = [
  { country: 'GB', rate: '0.145', includes_shipping: true },
  { country: 'GB', rate: '0.05', tax_category: 'food' },
  { country: 'CA', rate: '0.05' },
  { country: 'CA', rate: '0.14975', region: 'qc', includes_shipping: true },
  { country: 'CA', rate: '0.13', tax_category: 'food', postal_prefix: 'H2' },
  { country: 'US', rate: '0.1075', postal_prefix: '90', includes_shipping: true },
  { country: 'US', rate: '0.99', postal_prefix: '902', valid_to: '2020-01-01T00:00:00Z' },
];

interface Method {
  code: string;
  by: 'subtotal' | 'weight';
  /** Of the steps. */
  from: string[];
  prices: string[];
  free_from?: string;
  countries?: string[];
}

const METHODS: Method[] = [
  { code: 'parcel', by: 'subtotal', from: ['0', '100'], prices: ['4.99', '2.49'], free_from: '5000' },
  {
    code: 'freight',
    by: 'weight',
    from: ['1000', '50000'],
    prices: ['19.95', '99.90'],
    countries: ['GB', 'CA'],
  },
];

const ADDRESSES = [
  { country: 'GB' },
  { country: 'CA', region: 'on', postal_code: 'h1a 1a1' },
  { country: 'CA', region: 'Qc', postal_code: 'h2x-1y4' },
  { country: 'US', region: 'CA', postal_code: '90210' },
  { country: 'NZ' },
].map((place) => ({ name: 'Ann', line1: 'Street 1', city: 'Town', ...place }));

export interface Basket {
  items: { product_id: number; quantity: number }[];
  shipping_address: (typeof ADDRESSES)[number] | null;
  shipping_method_id: number | null;
}

/** What is stored on the platform, as the pure function takes it. */
export interface StoredPricing {
  goods: Omit<OfferedLine, 'quantity'>[];
  rules: TaxRule[];
  methods: ShippingMethod[];
}

/** Stores products, rates and methods through the API. */
export async function storePricing(shop: Shop, seed: number): Promise<StoredPricing> {
  const prices = fc.sample(fc.oneof(...[99, 99_999, 9_999_999_999].map((max) => fc.integer({ min: 1, max }))), {
    numRuns: 39,
    seed,
  });
  const goods: StoredPricing['goods'] = [];
  for (const [index, price] of [100, ...prices].entries()) goods.push(await storeProduct(shop, index, price));
  const rules: TaxRule[] = [];
  for (const [index, rate] of RATES.entries()) {
    const { body } = await add(shop, '/tax-rates', { name: `Tax ${index}`, ...rate });
    rules.push(ruleOf(body as never));
  }
  const methods: ShippingMethod[] = [];
  for (const [position, method] of METHODS.entries()) methods.push(await storeMethod(shop, method, position));
  return { goods, rules, methods };
}

/** Baskets of up to 20 lines; the first product alone is one of them. */
export function basketsOf({ goods, methods }: StoredPricing): fc.Arbitrary<Basket> {
  const item = fc.record({
    product_id: fc.constantFrom(...goods.map(({ product_id }) => product_id)),
    quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000 })),
  });
  return fc.record({
    items: fc.uniqueArray(item, { selector: ({ product_id }) => product_id, minLength: 1, maxLength: 20 }),
    shipping_address: fc.option(fc.constantFrom(...ADDRESSES)),
    shipping_method_id: fc.option(fc.constantFrom(...methods.map(({ shippingMethodId }) => shippingMethodId))),
  });
}

/** What the function says; undefined if the method is closed. */
export function quoteOf({ goods, rules, methods }: StoredPricing, basket: Basket, pricesIncludeTax: boolean) {
  const quantities = new Map(basket.items.map(({ product_id, quantity }) => [product_id, quantity]));
  const lines = goods.flatMap((product) => {
    const quantity = quantities.get(product.product_id);
    return quantity === undefined ? [] : [{ ...product, quantity }];
  });
  const place = basket.shipping_address && placeOf(basket.shipping_address);
  const shippingMethodId = basket.shipping_method_id ?? undefined;
  try {
    return quote({ lines, rules, methods, place, shippingMethodId, pricesIncludeTax, at: new Date() });
  } catch {
    return undefined;
  }
}

export const minor = (amount: unknown): number => parseMoney(amount, CURRENCY) ?? Number.NaN;

async function add(shop: Shop, path: string, body: object, service: 'orders' | 'products' = 'orders') {
  return expectStatus(201, await ask(shop.url(service, path), { method: 'POST', token: shop.admin, body }));
}

async function storeProduct(shop: Shop, index: number, price: number): Promise<StoredPricing['goods'][number]> {
  const decimals = `${Math.floor(price / 100)}.${String(price % 100).padStart(2, '0')}`;
  const fields = {
    ...{ sku: `Q-${index}`, name: `A thing ${index}`, weight_grams: index % 3 === 0 ? null : index * 100 },
    tax_category: CATEGORIES[index % CATEGORIES.length] ?? '',
  };
  const { body } = await add(shop, '/products', { ...fields, price: decimals }, 'products');
  return { ...fields, price, product_id: Number(body['product_id']) };
}

async function storeMethod(
  shop: Shop,
  { code, by, from, prices, free_from, countries = [] }: Method,
  position: number,
): Promise<ShippingMethod> {
  const steps = from.map((start, index) => ({ from: start, price: prices[index] }));
  const fields = { code, name: 'A way', by, countries, position };
  const { body } = await add(shop, '/shipping-methods', { ...fields, steps, free_from: free_from ?? null });
  return {
    ...{ ...fields, shippingMethodId: Number(body['shipping_method_id']), isActive: true },
    steps: steps.map((step) => ({
      from: by === 'weight' ? Number(step.from) : minor(step.from),
      price: minor(step.price),
    })),
    freeFrom: free_from === undefined ? null : minor(free_from),
    ...{ createdAt: new Date(0), updatedAt: new Date(0), version: 1 },
  };
}

interface StoredRate {
  tax_rate_id: number;
  name: string;
  country: string;
  region: string | null;
  postal_prefix: string | null;
  tax_category: string;
  rate: string;
  includes_shipping: boolean;
  valid_to: string | null;
}

function ruleOf(rate: StoredRate): TaxRule {
  return {
    taxRateId: rate.tax_rate_id,
    name: rate.name,
    country: rate.country,
    region: rate.region,
    postalPrefix: rate.postal_prefix,
    taxCategory: rate.tax_category,
    rate: parseRate(rate.rate) ?? Number.NaN,
    includesShipping: rate.includes_shipping,
    validFrom: null,
    validTo: rate.valid_to === null ? null : new Date(rate.valid_to),
  };
}
