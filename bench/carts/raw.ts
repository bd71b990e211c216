import { openPool } from '../orders/raw-database.js';
import { askJson, type Handler, listen } from '../orders/raw-http.js';
import { type Offer, offersOf, putRaw } from './raw-cart.js';

export interface RawSettings {
  /** The databases' address with their prefix. */
  databases: string;
  role: 'products' | 'orders';
  /** The address that `orders` calls. */
  products?: string;
}

/** The reference: node:http and mysql2 only. */
const settings = JSON.parse(process.argv[2] ?? '{}') as RawSettings;
const pool = openPool(`${settings.databases}_${settings.role}`, 10);

const products: Handler = (_, body) => offersOf(pool, (body as { product_ids: number[] }).product_ids);

const orders: Handler = ({ url = '', headers }, body) => {
  const [, , cartId = '', , productId] = url.split('/');
  const { quantity } = body as { quantity: number };
  const token = String(headers['cart-token']);
  const offers = (product_ids: number[]) => askJson<Offer[]>(`${settings.products}/products.offers`, { product_ids });
  return putRaw(pool, offers, { cartId, productId: Number(productId), quantity, token });
};

await listen(settings.role === 'orders' ? orders : products);
