import { SetMetadata } from '@nestjs/common';

export const EXAMPLE = 'http:example';

/** The request that the document shows as the example of a route. */
export interface RouteExample {
  /** By parameter name; other parameters are 1. */
  path?: Readonly<Record<string, number>>;
  /** Default: built from the examples of the fields. */
  body?: object;
}

/**
 * Sets a route's example request, if the default (path ids 1, every field that has an example) would not succeed on the
 * demo data for an administrator. A browser test sends all of them. A text in double braces is a placeholder for a
 * value that only the reader has: see `LOGIN_SCRIPT`.
 */
export function Example(example: RouteExample): MethodDecorator {
  return SetMetadata(EXAMPLE, example);
}
