import type { paths } from './schema.ts';

type Get<P extends keyof paths> = paths[P] extends { get: infer Operation } ? Operation : never;
type Answer<P extends keyof paths> =
  Get<P> extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never;

/** The paths that return a list. */
export type ListPath = {
  [P in keyof paths]: Answer<P> extends { next_cursor: string | null } ? P : never;
}[keyof paths];

/** The path and query parameters of a list, without cursor and page, which the iterator sets. */
export type ListParameters<P extends ListPath> =
  Get<P> extends { parameters: { path?: infer Path; query?: infer Query } }
    ? ([Path] extends [undefined] ? object : { path: Path }) & {
        query?: Omit<NonNullable<Query>, 'cursor' | 'page'>;
      }
    : never;

/** One element of a list. */
export type Item<P extends ListPath> = {
  [K in keyof Answer<P>]-?: Answer<P>[K] extends readonly (infer Element)[] ? Element : never;
}[keyof Answer<P>];

interface ListBody {
  next_cursor: string | null;
}

/** Every element of a list, page by page with a cursor, so that changes cause no gaps and no duplicates. */
export async function* everyItem<T>(
  query: Record<string, unknown>,
  page: (query: Record<string, unknown>) => Promise<ListBody>,
): AsyncGenerator<T, void> {
  let cursor: string | null | undefined;
  do {
    const body = await page({ with_total: false, ...query, ...(cursor && { cursor }) });
    yield* Object.values(body).find(Array.isArray) as T[];
    cursor = body.next_cursor;
  } while (cursor !== null);
}

const MOST_PER_PAGE = 100;

/** A list that is short enough to be read as a whole. */
export async function allItems<T>(page: (query: Record<string, unknown>) => Promise<ListBody>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of everyItem<T>({ page_size: MOST_PER_PAGE }, page)) items.push(item);
  return items;
}
