import { formatMoney } from '@app/kernel';
import { DEMO_GROUPS, DEMO_PRODUCTS } from './demo-data.js';
import type { Inject } from './gateway/inject.js';
import { addCategories } from './seed-categories.js';
import { expectSuccess } from './seed-requests.js';

interface CatalogOptions {
  currency: string;
  /** An earlier start was completed. */
  finished: boolean;
}

/** Adds missing demo products, if the catalog holds no others. */
export async function addProducts(
  products: Inject,
  token: string,
  { currency, finished }: CatalogOptions,
): Promise<void> {
  const known = [...DEMO_PRODUCTS, ...DEMO_GROUPS.flatMap(({ variants }) => variants)].map(({ sku }) => sku);
  const { body } = await products({ method: 'GET', url: `/products?page_size=${known.length + 1}`, token });
  const present = (body['products'] as { sku: string }[]).map(({ sku }) => sku);
  if (finished && present.length > 0) return;
  if (!present.every((sku) => known.includes(sku))) return;
  const categories = await addCategories(products, token);
  for (const product of DEMO_PRODUCTS.filter(({ sku }) => !present.includes(sku))) {
    const price = formatMoney(product.price, currency);
    const category_id = categories.get(product.category);
    const category_ids = category_id === undefined ? [] : [category_id];
    await expectSuccess(products, '/products', { ...product, price, category_ids, initial_stock: 100 }, token);
  }
  await addGroups(products, token, { currency, present });
}

/** Adds missing demo groups, oldest first, and their missing variants. */
async function addGroups(
  products: Inject,
  token: string,
  { currency, present }: { currency: string; present: readonly string[] },
): Promise<void> {
  const { body } = await products({ method: 'GET', url: '/product-groups', token });
  const groups = body['product_groups'] as { group_id: number; name: string }[];
  for (const { variants, ...group } of DEMO_GROUPS) {
    const known = groups.find(({ name }) => name === group.name);
    const { group_id } = known ?? (await expectSuccess(products, '/product-groups', group, token));
    for (const variant of variants.filter(({ sku }) => !present.includes(sku))) {
      const price = formatMoney(variant.price, currency);
      const url = `/product-groups/${String(group_id)}/variants`;
      await expectSuccess(products, url, { ...variant, price, initial_stock: 100 }, token);
    }
  }
}
