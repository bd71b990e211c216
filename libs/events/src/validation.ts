import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { quickInstance } from './quick-rules.js';

/**
 * Turns plain data into an instance of `type`; `broken` lists the broken rules as sentences that name paths, never
 * values. Unknown members are dropped, so that a publisher may add a field before its consumers know it.
 */
export function instantiate<T extends object>(type: new () => T, plain: unknown): { value: T; broken: string[] } {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    return { value: new type(), broken: ['it must be an object'] };
  }
  const quick = quickInstance(type, plain);
  if (quick) return { value: quick, broken: [] };
  const value = plainToInstance(type, plain);
  return { value, broken: sentences(validateSync(value, { whitelist: true, forbidUnknownValues: true })) };
}

function sentences(errors: ValidationError[], parent = ''): string[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...Object.values(constraints ?? {}).map((rule) => `${parent}${rule}`),
    ...sentences(children ?? [], `${parent}${property}.`),
  ]);
}
