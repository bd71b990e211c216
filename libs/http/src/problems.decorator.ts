import { SetMetadata } from '@nestjs/common';
import type { ErrorCode } from '@app/kernel';

export const PROBLEMS = 'http:problems';

/**
 * Documents the error codes of a route. The OpenAPI document adds the usual ones (parsing, authentication, limits)
 * itself.
 */
export function Problems(...codes: ErrorCode[]): MethodDecorator {
  return SetMetadata(PROBLEMS, codes);
}
