import { SetMetadata } from '@nestjs/common';
import type { ErrorCode } from '@app/kernel';

export const PROBLEMS = 'http:problems';

/** Documents the error codes of a route; the usual ones (parsing, authentication, limits) are added automatically. */
export function Problems(...codes: ErrorCode[]): MethodDecorator {
  return SetMetadata(PROBLEMS, codes);
}
