import { hash } from 'node:crypto';

/** All keys of the shared cache begin with it. */
export const CACHE_PREFIX = 'catalog';

// The part in braces names the slot of a Redis cluster: what is written together lies together.
export const productKey = (id: number): string => `{product:${id}}:answer`;
export const groupKey = (id: number): string => `{group:${id}}:answer`;
export const inventoryKey = (id: number): string => `{product:${id}}:inventory`;
export const listKey = (query: string): string => `{list:${hash('sha1', query, 'base64url')}}`;
