import type { Volley } from './shots.js';

/** One kind of request, sent to the raw reference and to the platform. */
export interface Scenario extends Pick<Volley, 'connections' | 'path'> {
  name: string;
  /** Hits repeat a few earlier requests; misses never repeat one. */
  hits: boolean;
  /** With the in-process cache tier. */
  tier?: true;
  must: number;
  goal: number;
}

const HOT = 100;
const PAGE = 20;
const list = (cents: number): string => `/products?sort=price&page_size=${PAGE}&min_price=${(cents / 100).toFixed(2)}`;

/** Scenarios on `products` products. Each miss of a list asks for a different lowest price. */
export function scenarios(products: number): Scenario[] {
  const hotProduct = (n: number): string => `/products/${1 + ((n * 37) % HOT)}`;
  const hotList = (n: number): string => list(100 + (n % HOT) * 100);
  const coldProduct = (n: number): string => `/products/${1 + (n % products)}`;
  const coldList = (n: number): string => list(100 + n);
  return [
    { name: 'product hit', hits: true, connections: 32, path: hotProduct, must: 0.5, goal: 0.7 },
    { name: 'list hit', hits: true, connections: 32, path: hotList, must: 0.5, goal: 0.72 },
    { name: 'product miss', hits: false, connections: 32, path: coldProduct, must: 0.65, goal: 0.8 },
    { name: 'list miss', hits: false, connections: 32, path: coldList, must: 0.7, goal: 0.9 },
    { name: 'product hit, tier on', hits: true, connections: 1, path: hotProduct, tier: true, must: 1, goal: 1.5 },
  ];
}
