import type { ProofPlatform } from '../frame/platform.js';
import type { Customer, Shop } from '../frame/shop.js';
import { httpRequest, type Kind } from './phase.js';

const PRODUCTS = 50;
const CUSTOMERS = 40;
/** Requests of visitors per order. */
const MIX = { checkout: 1, order: 1, orders: 1, product: 4, search: 2 } as const;

type Name = keyof typeof MIX;

/** The requests of a shop's visitor; creates their products and customers. */
export async function visits({ services }: ProofPlatform, shop: Shop): Promise<Kind[]> {
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => shop.customer()));
  const products: number[] = [];
  // One after the other, since all at once would be refused for overload.
  while (products.length < PRODUCTS) products.push(await shop.product(1_000_000));
  const buy = ({ token }: Customer, id: number) =>
    httpRequest('POST', '/orders', { token, body: { items: [{ product_id: id, quantity: 1 }] } });
  const placed: Awaited<ReturnType<Shop['order']>>[] = [];
  for (const customer of customers) placed.push(await shop.order(customer, [[products[0] ?? 0, 1]]));
  const read = ({ token }: Customer, n: number) =>
    httpRequest('GET', `/orders/${String(placed[n]?.body['order_id'])}`, { token });
  const list = ({ token, userId }: Customer) => httpRequest('GET', `/users/${userId}/orders`, { token });
  const requests: Record<Name, string[]> = {
    checkout: products.flatMap((id) => customers.map((customer) => buy(customer, id))),
    order: customers.map(read),
    orders: customers.map(list),
    product: products.map((id) => httpRequest('GET', `/products/${id}`)),
    search: products.map((id) => httpRequest('GET', `/products?ids=${id}`)),
  };
  const port = (service: 'orders' | 'products') => Number(new URL(services[service].url).port);
  return (Object.keys(MIX) as Name[]).map((name) => ({
    name,
    port: port(name === 'product' || name === 'search' ? 'products' : 'orders'),
    requests: requests[name],
    times: MIX[name],
  }));
}
