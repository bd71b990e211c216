import { randomUUID } from 'node:crypto';
import { ask } from '../frame/http.js';
import { load } from '../frame/load.js';
import { expectStatus, type Shop } from '../frame/shop.js';

const AT_ONCE = 4;
/** As long as a description may be. */
const LONGEST = 5_000;
const WORDS = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter} ${letter}ing ${letter}-${letter}`).join(' ');
const DESCRIPTION = `${WORDS} "quoted" Größe 鼠标 `.repeat(LONGEST / 200).slice(0, LONGEST);

/** Products that are as long as products may be, have words of every beginning, and fill more than the longest page. */
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
