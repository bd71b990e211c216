import { DEMO_CATEGORIES } from './demo-data.js';
import type { Inject } from './gateway/inject.js';
import { type Body, expectSuccess } from './seed-requests.js';

/** Adds missing demo categories, unless there are others. Returns the ids of those that there are, by name. */
export async function addCategories(products: Inject, token: string): Promise<ReadonlyMap<string, number>> {
  const { body } = await products({ method: 'GET', url: '/categories', token });
  const present = new Map((body['categories'] as Body[]).map((row) => [String(row['slug']), row]));
  if (![...present.keys()].every((slug) => DEMO_CATEGORIES.some((category) => category.slug === slug)))
    return new Map();
  for (const { parent, ...category } of DEMO_CATEGORIES.filter(({ slug }) => !present.has(slug))) {
    const parent_id = parent === undefined ? null : present.get(parent)?.['category_id'];
    present.set(category.slug, await expectSuccess(products, '/categories', { ...category, parent_id }, token));
  }
  return new Map([...present.values()].map((row) => [String(row['name']), Number(row['category_id'])]));
}
