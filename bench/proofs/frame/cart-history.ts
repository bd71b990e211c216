import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './http.js';

/** What somebody has put into a cart, and said about it. */
export interface Contents {
  /** Quantities by product id. */
  lines: Map<number, number>;
  details: Record<string, unknown>;
}

/** A change that was acknowledged as this version of its cart. */
export interface Change {
  version: number;
  /** What it does to the contents. */
  edit: (contents: Contents) => void;
  /** What the acknowledgement shows; undefined if it does not say. */
  shown?: Contents;
}

export interface Verdict {
  /** Lines and details that are not as the changes make them, at the end or in an acknowledgement. */
  lost: number;
  /** Whether the versions are not one more for each change. */
  miscounted: boolean;
}

const DETAILS = ['email', 'note', 'locale', 'shipping_address'];

/** The contents of a cart in an answer. */
export function contentsOf(body: Answer['body']): Contents {
  const items = body['items'] as { product_id: number; quantity: number }[];
  return {
    lines: new Map(items.map(({ product_id, quantity }) => [product_id, quantity])),
    details: Object.fromEntries(DETAILS.map((name) => [name, body[name] ?? null])),
  };
}

export const versionOf = (body: Answer['body']): number => Number(body['version']);

/** Makes the changes in the order of their versions, one after the other, and compares with what is there. */
export function replay(before: Answer['body'], changes: readonly Change[], after: Answer['body']): Verdict {
  const contents = contentsOf(before);
  const first = versionOf(before) + 1;
  const sorted = changes.toSorted((a, b) => a.version - b.version);
  let lost = 0;
  for (const { edit, shown } of sorted) {
    edit(contents);
    if (shown) lost += differences(shown, contents);
  }
  const counted = sorted.every(({ version }, index) => version === first + index);
  const miscounted = !counted || versionOf(after) !== versionOf(before) + changes.length;
  return { lost: lost + differences(contentsOf(after), contents), miscounted };
}

function differences(found: Contents, wanted: Contents): number {
  const products = new Set([...found.lines.keys(), ...wanted.lines.keys()]);
  const lines = [...products].filter((id) => found.lines.get(id) !== wanted.lines.get(id));
  return lines.length + DETAILS.filter((name) => !isDeepStrictEqual(found.details[name], wanted.details[name])).length;
}
