import { SetMetadata } from '@nestjs/common';
import { errorCode } from '@app/kernel';

export const PROBLEMS = 'http:problems';

/**
 * Documents the error codes of a route; the usual ones (parsing, authentication, limits) are added automatically.
 *
 * @throws Error for a code that nothing this controller imports has declared.
 */
export function Problems(...codes: string[]): MethodDecorator {
  return SetMetadata(PROBLEMS, codes.map(errorCode));
}
