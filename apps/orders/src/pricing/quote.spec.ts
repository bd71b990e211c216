import { formatMoney } from '@app/kernel';
import { type Place, placeOf } from './place.js';
import { type PricedLine, quote } from './quote.js';
import type { ShippingTerms } from './shipping.js';
import type { TaxRule } from './tax.js';

const NOON = new Date('2026-11-30T12:00:00.000Z');
const LATER = new Date('2026-11-30T12:00:00.001Z');
const HERE: Place = { country: 'GB', region: null, postalCode: null };

const line = (price: number, quantity = 1, more: Partial<PricedLine> = {}): PricedLine => ({
  ...{ price, quantity, weight_grams: null, tax_category: 'standard' },
  ...more,
});
const tax = (percent: number, more: Partial<TaxRule> = {}): TaxRule => ({
  ...{ taxRateId: 1, name: 'VAT', country: 'GB', region: null, postalPrefix: null, taxCategory: 'standard' },
  ...{ rate: Math.round(percent * 10_000), includesShipping: true, validFrom: null, validTo: null },
  ...more,
});
const method = (more: Partial<ShippingTerms> = {}): ShippingTerms => ({
  ...{ shippingMethodId: 1, code: 'parcel', name: 'Parcel', countries: [], by: 'subtotal', position: 1 },
  ...{ steps: [{ from: 0, price: 500 }], freeFrom: null, isActive: true },
  ...more,
});

interface Basket {
  lines?: PricedLine[];
  rules?: TaxRule[];
  methods?: ShippingTerms[];
  place?: Place | null;
  ship?: number;
  included?: boolean;
  at?: Date;
}

const quoted = ({ lines = [line(1_000)], rules = [], methods = [], included = false, ...rest }: Basket) => {
  const { place = HERE, ship, at = NOON } = rest;
  return quote({ lines, rules, methods, place, shippingMethodId: ship, pricesIncludeTax: included, at });
};

/** Tax and total, and what shipping costs in minor units. */
type Totals = [tax: string, total: string, shipping?: number];

describe('a quote', () => {
  // Prices and amounts in minor units; half of one is rounded up.
  it.each<[string, string, number, boolean, PricedLine[], Totals]>([
    // 10.00 × 0.20 = 2.00
    ['the UK, added', 'GBP', 20, false, [line(1_000)], ['2.00', '12.00']],
    // 12.00 × 0.20 / 1.20 = 2.00
    ['the UK, included', 'GBP', 20, true, [line(1_200)], ['2.00', '12.00']],
    // 9.99 × 0.20 / 1.20 = 1.665
    ['the UK, included, half a penny', 'GBP', 20, true, [line(999)], ['1.67', '9.99']],
    // 19.99 × 0.20 / 1.20 = 3.33166…
    ['the UK, included, a third', 'GBP', 20, true, [line(1_999)], ['3.33', '19.99']],
    // 239.00 × 0.19 / 1.19 = 38.1596…; ten times 3.82 of one piece would be 38.20
    ['Germany, 23.90 × 10', 'EUR', 19, true, [line(2_390, 10)], ['38.16', '239.00']],
    // 382.30 × 0.19 = 72.637; ten times 7.26 would be 72.60
    ['Germany, 38.23 × 10, added', 'EUR', 19, false, [line(3_823, 10)], ['72.64', '454.94']],
    // 100.00 × 0.14975 = 14.975
    ['Quebec', 'CAD', 14.975, false, [line(10_000)], ['14.98', '114.98']],
    // 19.99 × 0.14975 = 2.9935025
    ['Quebec, 19.99', 'CAD', 14.975, false, [line(1_999)], ['2.99', '22.98']],
    // 9.95 × 0.1075 = 1.069625
    ['California', 'USD', 10.75, false, [line(995)], ['1.07', '11.02']],
    // 0.10 × 0.05 = 0.005
    ['half a cent', 'USD', 5, false, [line(10)], ['0.01', '0.11']],
    // 1.00 × 0.145 = 0.145, which Number makes 14.499999999999998
    ['half a cent that Number misses', 'USD', 14.5, false, [line(100)], ['0.15', '1.15']],
    // 1.00 × 0.0049 = 0.0049
    ['less than half a cent', 'USD', 0.49, false, [line(100)], ['0.00', '1.00']],
    // 1,200 × 0.10 = 120
    ['Japan, added', 'JPY', 10, false, [line(1_200)], ['120', '1320']],
    // 1,320 × 0.10 / 1.10 = 120; 105 × 0.10 / 1.10 = 9.545…
    ['Japan, included', 'JPY', 10, true, [line(1_320), line(105)], ['130', '1425']],
    // 105 × 0.10 = 10.5
    ['Japan, half a yen', 'JPY', 10, false, [line(105)], ['11', '116']],
    // 1.235 × 0.05 = 0.06175
    ['Kuwait, three digits', 'KWD', 5, false, [line(1_235)], ['0.062', '1.297']],
    // 0.010 × 0.05 = 0.0005
    ['Kuwait, half a fils', 'KWD', 5, false, [line(10)], ['0.001', '0.011']],
    // Per line 3.33 × 0.19 = 0.6327, 0.6327, 3.34 × 0.19 = 0.6346; of the total it would be 1.90
    ['three lines sharing 10.00', 'EUR', 19, false, [line(333), line(333), line(334)], ['1.89', '11.89']],
    // 0.03 × 0.20 = 0.006, three times; of 0.09 it would be 0.02
    ['totals are sums of lines', 'EUR', 20, false, [line(3), line(3), line(3)], ['0.03', '0.12']],
    // 0.00 × 0.20
    ['nothing', 'USD', 20, false, [line(0)], ['0.00', '0.00']],
    // 5.00 × 1 = 5.00
    ['as much tax as goods', 'USD', 100, false, [line(500)], ['5.00', '10.00']],
    // 5.00 × 1 / 2 = 2.50
    ['as much tax as goods, included', 'USD', 100, true, [line(500)], ['2.50', '5.00']],
    // 12.34 × 0 = 0.00
    ['no tax at all', 'USD', 0, false, [line(1_234)], ['0.00', '12.34']],
    // 9,999,999,999 × 1,000 × 0.14975 = 1,497,499,999,850.25
    ['the largest line', 'USD', 14.975, false, [line(9_999_999_999, 1_000)], ['14974999998.50', '114974999988.50']],
    // 239.00 × 0.20 / 1.20 = 39.8333…; ten times 3.98 of one piece would be 39.80
    ['the UK, included, 23.90 × 10', 'GBP', 20, true, [line(2_390, 10)], ['39.83', '239.00']],
    // 382.30 × 0.20 / 1.20 = 63.71666…; ten times 6.37 would be 63.70
    ['the UK, included, 38.23 × 10', 'GBP', 20, true, [line(3_823, 10)], ['63.72', '382.30']],
    // 239.00 × 0.14975 = 35.79025
    ['Quebec, 23.90 × 10', 'CAD', 14.975, false, [line(2_390, 10)], ['35.79', '274.79']],
    // 20.00 × 0.14975 = 2.995
    ['Quebec, half a cent', 'CAD', 14.975, false, [line(2_000)], ['3.00', '23.00']],
    // 114.98 × 0.14975 / 1.14975 = 14.97556…
    ['Quebec, included', 'CAD', 14.975, true, [line(11_498)], ['14.98', '114.98']],
    // 239.00 × 0.1075 = 25.6925
    ['California, 23.90 × 10', 'USD', 10.75, false, [line(2_390, 10)], ['25.69', '264.69']],
    // 382.30 × 0.1075 = 41.09725; ten times 4.11 would be 41.10, too
    ['California, 38.23 × 10', 'USD', 10.75, false, [line(3_823, 10)], ['41.10', '423.40']],
    // 2.00 × 0.1075 = 0.215
    ['California, half a cent', 'USD', 10.75, false, [line(200)], ['0.22', '2.22']],
    // 19.99 × 0.08875 = 1.7741125
    ['New York City', 'USD', 8.875, false, [line(1_999)], ['1.77', '21.76']],
    // 0.08 × 0.06875 = 0.0055
    ['Minnesota', 'USD', 6.875, false, [line(8)], ['0.01', '0.09']],
    // 5,000.00 × 0.000001 = 0.005
    ['the lowest rate', 'USD', 0.0001, false, [line(500_000)], ['0.01', '5000.01']],
    // 1,080 × 0.08 / 1.08 = 80; 100 × 0.08 / 1.08 = 7.407…
    ['Japan, food, included', 'JPY', 8, true, [line(1_080), line(100)], ['87', '1180']],
    // 33 × 0.08 = 2.64, three times; of 99 it would be 8
    ['Japan, food, per line', 'JPY', 8, false, [line(33), line(33), line(33)], ['9', '108']],
    // 9,999,999,999 × 0.10 = 999,999,999.9
    ['Japan, the highest price', 'JPY', 10, false, [line(9_999_999_999)], ['1000000000', '10999999999']],
    // 3.333 × 0.05 = 0.16665, twice; 3.334 × 0.05 = 0.1667; of 10.000 it would be 0.500
    ['Kuwait, three sharing 10.000', 'KWD', 5, false, [line(3_333), line(3_333), line(3_334)], ['0.501', '10.501']],
    // 1.050 × 0.05 / 1.05 = 0.050
    ['Kuwait, included', 'KWD', 5, true, [line(1_050)], ['0.050', '1.050']],
    // 0.005 × 0.10 = 0.0005
    ['Bahrain, half a fils', 'BHD', 10, false, [line(5)], ['0.001', '0.006']],
    // 1.0000 × 0.19 = 0.1900
    ['Chile, four digits', 'CLF', 19, false, [line(10_000)], ['0.1900', '1.1900']],
    // 239.00 × 0.081 / 1.081 = 17.90841…
    ['Switzerland, 23.90 × 10', 'CHF', 8.1, true, [line(2_390, 10)], ['17.91', '239.00']],
    // 382.30 × 0.255 = 97.4865
    ['Finland, 38.23 × 10, added', 'EUR', 25.5, false, [line(3_823, 10)], ['97.49', '479.79']],
    // 10.00 × 0.055 / 1.055 = 0.52132…
    ['France, reduced, included', 'EUR', 5.5, true, [line(1_000)], ['0.52', '10.00']],
    // 0.12 × 0.04 = 0.0048
    ['Italy, less than half a cent', 'EUR', 4, false, [line(12)], ['0.00', '0.12']],
    // Per line 3.33 × 0.19 / 1.19 = 0.53168…, twice; 3.34 × 0.19 / 1.19 = 0.53327…; of the total it would be 1.60
    ['three lines sharing 10.00, included', 'EUR', 19, true, [line(333), line(333), line(334)], ['1.59', '10.00']],
    // Per line 3.33 × 0.14975 = 0.4986675, twice; 3.34 × 0.14975 = 0.500165
    ['three lines sharing 10.00 in Quebec', 'CAD', 14.975, false, [line(333), line(333), line(334)], ['1.50', '11.50']],
    // Goods 10.00 × 0.20 = 2.00; shipping 4.99 × 0.20 = 0.998
    ['the UK, with shipping', 'GBP', 20, false, [line(1_000)], ['3.00', '17.99', 499]],
    // Goods 12.00 × 0.20 / 1.20 = 2.00; shipping 4.99 × 0.20 / 1.20 = 0.83166…
    ['the UK, with shipping, included', 'GBP', 20, true, [line(1_200)], ['2.83', '16.99', 499]],
    // Goods 1,200 × 0.10 = 120; shipping 550 × 0.10 = 55
    ['Japan, with shipping', 'JPY', 10, false, [line(1_200)], ['175', '1925', 550]],
    // Goods 1.235 × 0.05 = 0.06175; shipping 0.750 × 0.05 = 0.0375; of 1.985 it would be 0.099
    ['Kuwait, with shipping', 'KWD', 5, false, [line(1_235)], ['0.100', '2.085', 750]],
    // Goods 100.00 × 0.14975 = 14.975; shipping 9.99 × 0.14975 = 1.4960025
    ['Quebec, with shipping', 'CAD', 14.975, false, [line(10_000)], ['16.48', '126.47', 999]],
  ])('taxes %s', (_, currency, percent, included, lines, [taxed, total, shipping]) => {
    const ship =
      shipping === undefined ? {} : { methods: [method({ steps: [{ from: 0, price: shipping }] })], ship: 1 };
    const answer = quoted({ lines, rules: [tax(percent)], included, ...ship });
    expect([answer.taxTotal, answer.orderTotal].map((minor) => formatMoney(minor, currency))).toEqual([taxed, total]);
    expect(answer.taxLines).toEqual([{ name: 'VAT', rate: Math.round(percent * 10_000), amount: answer.taxTotal }]);
  });

  it('taxes each line by its category, and shows the tax by name and rate', () => {
    const food = { tax_category: 'food' };
    const rules = [tax(20), tax(5, { taxRateId: 2, name: 'Reduced', taxCategory: 'food' })];
    const lines = [line(1_000, 2), line(300, 1, food), line(100, 1, food), line(500, 1, { tax_category: 'books' })];
    const answer = quoted({ lines, rules });
    // 20.00 × 0.20, 3.00 × 0.05, 1.00 × 0.05; nobody taxes books.
    expect(answer.lines.map(({ taxRate, taxTotal }) => [taxRate, taxTotal])).toEqual([
      [200_000, 400],
      [50_000, 15],
      [50_000, 5],
      [0, 0],
    ]);
    expect(answer.taxLines).toEqual([
      { name: 'VAT', rate: 200_000, amount: 400 },
      { name: 'Reduced', rate: 50_000, amount: 20 },
    ]);
    expect(answer).toMatchObject({ itemsTotal: 2_900, discountTotal: 0, taxTotal: 420, orderTotal: 3_320 });
  });

  it.each<[string, Partial<TaxRule>[], number]>([
    ['a region', [{ rate: 1 }, { rate: 2, region: 'CA' }], 2],
    [
      'a postal prefix',
      [
        { rate: 2, region: 'CA' },
        { rate: 3, postalPrefix: '902' },
      ],
      3,
    ],
    [
      'a longer prefix',
      [
        { rate: 3, postalPrefix: '902', region: 'CA' },
        { rate: 4, postalPrefix: '90210' },
      ],
      4,
    ],
    [
      'a prefix in a region',
      [
        { rate: 3, postalPrefix: '902' },
        { rate: 4, postalPrefix: '902', region: 'CA' },
      ],
      4,
    ],
    ['the later start', [{ rate: 1 }, { rate: 2, validFrom: new Date(0) }, { rate: 3, validFrom: NOON }], 3],
    ['the newer rate', [{ rate: 1 }, { rate: 2 }], 2],
    ['nothing of elsewhere', [{ rate: 1 }, { rate: 2, country: 'US' }, { rate: 3, region: 'NV' }], 1],
    ['nothing of other postal codes', [{ rate: 1 }, { rate: 2, postalPrefix: '903' }], 1],
    ['a region above all, without a country’s rate', [{ rate: 2, region: 'NV' }], 0],
  ])('prefers %s', (_, rates, rate) => {
    const rules = rates.map((each, index) => tax(0, { taxRateId: index + 1, ...each }));
    const place = placeOf({ country: 'GB', region: 'ca', postal_code: '902-10 55' });
    for (const order of [rules, rules.toReversed()]) {
      expect(quoted({ rules: order, place }).lines[0]?.taxRate).toBe(rate);
    }
  });

  it.each<[Partial<TaxRule>, Date, number]>([
    [{ validFrom: NOON }, NOON, 200_000],
    [{ validFrom: LATER }, NOON, 0],
    [{ validTo: NOON }, NOON, 0],
    [{ validTo: LATER }, NOON, 200_000],
    [{ validFrom: NOON, validTo: LATER }, NOON, 200_000],
  ])('takes a rate from valid_from inclusive to valid_to exclusive: %j', (period, at, rate) => {
    expect(quoted({ rules: [tax(20, period)], at }).lines[0]?.taxRate).toBe(rate);
  });

  it('taxes nothing without an address', () => {
    expect(quoted({ rules: [tax(20)], place: null })).toMatchObject({ taxTotal: 0, taxLines: [], orderTotal: 1_000 });
  });
});

describe('shipping', () => {
  const offers = (basket: Basket) =>
    quoted(basket).shippingOffers.map(({ method: { shippingMethodId }, price }) => [shippingMethodId, price]);

  const STEPS = [
    { from: 0, price: 900 },
    { from: 1_000, price: 500 },
    { from: 5_000, price: 0 },
  ];

  it.each([
    [999, 900],
    [1_000, 500],
    [4_999, 500],
    [5_000, 0],
  ])('for a subtotal of %i costs %i: steps are inclusive', (price, cost) => {
    expect(offers({ lines: [line(price)], methods: [method({ steps: STEPS })] })).toEqual([[1, cost]]);
  });

  it.each([
    [[line(1, 3, { weight_grams: 333 })], 900],
    [[line(1, 2, { weight_grams: 500 })], 500],
    [[line(1, 9), line(1, 1, { weight_grams: 999 })], 900],
    [[line(99_999, 9)], 900],
  ])('counts grams, and a missing weight as nothing', (lines, cost) => {
    expect(offers({ lines, methods: [method({ by: 'weight', steps: STEPS })] })).toEqual([[1, cost]]);
  });

  it('is free from a subtotal on, inclusive, whatever it weighs', () => {
    const methods = [method({ by: 'weight', freeFrom: 1_000 })];
    expect(offers({ lines: [line(999)], methods })).toEqual([[1, 500]]);
    expect(offers({ lines: [line(500, 2, { weight_grams: 40_000 })], methods })).toEqual([[1, 0]]);
  });

  it('is free from the goods alone, not from the tax that is added', () => {
    const basket = { lines: [line(900)], methods: [method({ freeFrom: 1_000 })], rules: [tax(20)] };
    expect(offers(basket)).toEqual([[1, 500]]);
  });

  it('is open where it goes, while it is active, from its first step on, by position', () => {
    const methods = [
      method({ shippingMethodId: 1, position: 2 }),
      method({ shippingMethodId: 2, countries: ['US'] }),
      method({ shippingMethodId: 3, countries: ['US', 'GB'], steps: [{ from: 0, price: 700 }] }),
      method({ shippingMethodId: 4, isActive: false }),
      method({ shippingMethodId: 5, steps: [{ from: 1_001, price: 1 }], freeFrom: 0 }),
      method({ shippingMethodId: 6, steps: [] }),
    ];
    expect(offers({ methods })).toEqual([
      [3, 700],
      [1, 500],
    ]);
    expect(offers({ methods, place: null })).toEqual([[1, 500]]);
    for (const ship of [2, 4, 5, 6, 7]) {
      expect(() => quoted({ methods, ship })).toThrow(
        expect.objectContaining({ code: 'shipping-method-unavailable', details: { shipping_method_ids: [3, 1] } }),
      );
    }
  });

  it('costs nothing until a method is chosen', () => {
    expect(quoted({ methods: [method()], rules: [tax(20)] })).toMatchObject({
      shippingTotal: 0,
      shippingMethod: null,
      taxTotal: 200,
      orderTotal: 1_200,
    });
  });

  it.each<[string, Partial<TaxRule>[], boolean, number, number]>([
    // Goods 10.00 × 0.20 + 10.00 × 0.05 = 2.50; shipping 5.00 × 0.20 = 1.00
    ['the highest rate', [{}, {}], false, 350, 2_850],
    // Shipping 5.00 × 0.05 = 0.25
    ['the highest rate that includes it', [{ includesShipping: false }, {}], false, 275, 2_775],
    ['none, if none includes it', [{ includesShipping: false }, { includesShipping: false }], false, 250, 2_750],
    // 10.00 × 0.20 / 1.20 = 1.666…, 10.00 × 0.05 / 1.05 = 0.476…, 5.00 × 0.20 / 1.20 = 0.833…
    ['the highest rate, included', [{}, {}], true, 298, 2_500],
  ])('is taxed at %s', (_, [standard, food], included, taxTotal, orderTotal) => {
    const rules = [tax(20, standard), tax(5, { taxRateId: 2, name: 'Reduced', taxCategory: 'food', ...food })];
    const lines = [line(1_000), line(1_000, 1, { tax_category: 'food' })];
    const answer = quoted({ lines, rules, methods: [method()], ship: 1, included });
    expect(answer).toMatchObject({ shippingTotal: 500, taxTotal, orderTotal, shippingMethod: { code: 'parcel' } });
    expect(answer.taxLines.reduce((sum, { amount }) => sum + amount, 0)).toBe(taxTotal);
  });
});
