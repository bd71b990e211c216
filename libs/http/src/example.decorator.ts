import { SetMetadata } from '@nestjs/common';

export const EXAMPLE = 'http:example';

/** The request that the document shows as a route's example. */
export interface RouteExample {
  /** By parameter name; others are 1. */
  path?: Readonly<Record<string, number>>;
  /** Default: made of the fields' own examples. */
  body?: object;
}

/**
 * Chooses a route's documented request where the default one (path ids 1, every field that has an example) would not
 * succeed on the demo data for an administrator. A browser test sends them all. A text in double braces stands for a
 * value that only the reader has: see `LOGIN_SCRIPT`.
 */
export function Example(example: RouteExample): MethodDecorator {
  return SetMetadata(EXAMPLE, example);
}
