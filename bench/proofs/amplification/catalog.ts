import { randomUUID } from 'node:crypto';
import { ask } from '../frame/http.js';
import { load } from '../frame/load.js';
import { expectStatus, type Shop } from '../frame/shop.js';

const AT_ONCE = 4;
/** The longest allowed description. */
const LONGEST = 5_000;
const WORDS = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter} ${letter}ing ${letter}-${letter}`).join(' ');
const DESCRIPTION = `${WORDS} "quoted" Größe 鼠标 `.repeat(LONGEST / 200).slice(0, LONGEST);

/** Fills more than the longest page with products of maximum length, whose words have every first letter. */
export async function fillCatalog(shop: Shop, count: number): Promise<number[]> {
  const ids: number[] = [];
  let begun = 0;
  await load(
    AT_ONCE,
    () => begun >= count,
    async () => {
      begun++;
      const body = {
        sku: randomUUID(),
        name: `${WORDS} a b c`.slice(0, 255),
        description: DESCRIPTION,
        category: `Category ${begun % 3}`,
        price: `${1 + begun}.00`,
        initial_stock: 1_000_000,
      };
      const answer = await ask(shop.url('products', '/products'), { method: 'POST', token: shop.admin, body });
      ids.push(Number(expectStatus(201, answer).body['product_id']));
    },
  );
  return ids;
}
