import { SetMetadata } from '@nestjs/common';
import type { ErrorCode } from '@app/kernel';

export const PROBLEMS = 'http:problems';

/**
 * Documents the error codes of a route. The usual ones (parsing, authentication, limits) are added by the OpenAPI
 * document itself.
 */
export function Problems(...codes: ErrorCode[]): MethodDecorator {
  return SetMetadata(PROBLEMS, codes);
}
