import { formatMoney } from '@app/kernel';

/** Pieces of one product, and what the order is there to show; each has a product of its own. */
export interface DemoOrder {
  product_id: number;
  quantity: number;
  shows: 'payment' | 'removal' | 'returns' | 'parcels';
}

/** One to pay, one to cancel and remove, one that was sent and partly comes back, one to send and cancel in parts. */
export const DEMO_ORDERS: readonly DemoOrder[] = [
  { product_id: 2, quantity: 1, shows: 'payment' },
  { product_id: 6, quantity: 1, shows: 'removal' },
  { product_id: 8, quantity: 4, shows: 'returns' },
  { product_id: 7, quantity: 3, shows: 'parcels' },
];

/** The demo customer's: one to send goods to, one to remove. */
export const DEMO_ADDRESSES = [
  {
    name: 'Ann Example',
    line1: '1 Main Street',
    city: 'Springfield',
    region: 'IL',
    postal_code: '62704',
    country: 'US',
  },
  { name: 'Ann Example', company: 'Example Ltd', line1: '2 Market Square', city: 'Springfield', country: 'US' },
];

/** One to choose, one to remove; prices in the currency of the platform. */
export function demoShippingMethods(currency: string) {
  const amount = (minor: number) => formatMoney(minor, currency);
  return [
    {
      ...{ code: 'standard', name: 'Standard', position: 1, by: 'subtotal' },
      ...{ steps: [{ from: amount(0), price: amount(490) }], free_from: amount(5_000) },
    },
    {
      ...{ code: 'express', name: 'Express', position: 2, countries: ['GB', 'US'], by: 'weight' },
      steps: [
        { from: '0', price: amount(990) },
        { from: '2000', price: amount(1_490) },
      ],
    },
  ];
}

/** One to change, one to remove. Examples, not advice. */
export const DEMO_TAX_RATES = [
  { name: 'Illinois sales tax', country: 'US', region: 'IL', rate: '0.0625' },
  { name: 'VAT', country: 'GB', rate: '0.2', includes_shipping: true },
];

/** A root, two below it that products are in by the same name, and one to remove. */
export const DEMO_CATEGORIES: readonly { slug: string; name: string; position: number; parent?: string }[] = [
  { slug: 'workplace', name: 'Workplace', position: 1 },
  { slug: 'accessories', name: 'Accessories', position: 1, parent: 'workplace' },
  { slug: 'stationery', name: 'Stationery', position: 2, parent: 'workplace' },
  { slug: 'clearance', name: 'Clearance', position: 2 },
];

/** Prices in minor units of the configured currency. */
export const DEMO_PRODUCTS = [
  {
    sku: 'MOUSE-01',
    name: 'Wireless Mouse',
    description: 'Ergonomic, three buttons, USB-C',
    category: 'Accessories',
    price: 2999,
    weight_grams: 95,
  },
  {
    sku: 'KEYB-01',
    name: 'Mechanical Keyboard',
    description: 'Tactile switches, aluminium frame',
    category: 'Accessories',
    price: 8900,
    weight_grams: 780,
  },
  {
    sku: 'DOCK-01',
    name: 'USB-C Dock',
    description: 'Two displays, ethernet, 100 W',
    category: 'Accessories',
    price: 14950,
    weight_grams: 320,
  },
  {
    sku: 'LAMP-01',
    name: 'Desk Lamp',
    description: 'Warm to cold white, dimmable',
    category: 'Office',
    price: 3990,
    weight_grams: 1450,
  },
  {
    sku: 'CHAIR-01',
    name: 'Office Chair',
    description: 'Mesh back, adjustable in eight ways',
    category: 'Office',
    price: 31900,
    weight_grams: 14200,
  },
  {
    sku: 'NOTE-01',
    name: 'Dotted Notebook',
    description: 'A5, 160 pages, lies flat',
    category: 'Stationery',
    price: 725,
    weight_grams: 310,
  },
  { sku: 'PEN-01', name: 'Gel Pen, box of 12', description: 'Black, 0.5 mm', category: 'Stationery', price: 1140 },
  { sku: 'MUG-01', name: 'Stoneware Mug', description: '350 ml, dishwasher-safe', category: 'Kitchen', price: 1200 },
];

/** One with variants in two of its sizes, one to delete. */
export const DEMO_GROUPS = [
  {
    name: 'T-shirt',
    description: 'Heavy cotton, for conferences',
    options: [{ name: 'size', values: ['S', 'M', 'L'] }],
    variants: [
      { sku: 'SHIRT-S', option_values: { size: 'S' }, category: 'Clothing', price: 1900, weight_grams: 180 },
      { sku: 'SHIRT-L', option_values: { size: 'L' }, category: 'Clothing', price: 2100, weight_grams: 210 },
    ],
  },
  { name: 'Sticker', description: null, options: [{ name: 'motif', values: ['logo', 'cart'] }], variants: [] },
];
