import { type OptionValues, optionKey } from '../catalog/option-values.js';
import { optionsInUse, repeatedOption, unknownValue, wrongOptions } from './groups.errors.js';
import type { GroupOption } from './product-group.entity.js';

/** @throws DomainError `validation-failed` if a name, or a value of an option, is there twice */
export function assertDistinct(options: readonly GroupOption[]): void {
  assertDifferent(
    options.map(({ name }) => name),
    '/options',
  );
  for (const [index, { values }] of options.entries()) assertDifferent(values, `/options/${index}/values`);
}

/**
 * Returns a variant's values as the group spells them, in the order of its options.
 *
 * @throws DomainError `validation-failed` unless there is one of the group's values for each of its options
 */
export function valuesWithin(options: readonly GroupOption[], given: OptionValues): OptionValues {
  const wanted = new Map(Object.entries(given).map(([name, value]) => [optionKey(name), value]));
  const names = options.map(({ name }) => name);
  if (wanted.size !== names.length || Object.keys(given).length !== names.length) throw wrongOptions(names);
  return Object.fromEntries(
    options.map(({ name, values }) => {
      const value = wanted.get(optionKey(name));
      if (value === undefined) throw wrongOptions(names);
      const known = values.find((one) => optionKey(one) === optionKey(value));
      if (known === undefined) throw unknownValue(name, values);
      return [name, known];
    }),
  );
}

/** @throws DomainError `options-in-use` if a variant would have another option, or a value that the group does not have */
export function assertKept(options: readonly GroupOption[], used: readonly OptionValues[]): void {
  for (const values of used) {
    const isKept = options.every(({ name, values: known }) => known.includes(values[name] ?? ''));
    if (!isKept || Object.keys(values).length !== options.length) throw optionsInUse();
  }
}

function assertDifferent(texts: readonly string[], pointer: string): void {
  const seen = new Set<string>();
  for (const [index, text] of texts.entries()) {
    if (seen.has(optionKey(text))) throw repeatedOption(`${pointer}/${index}`);
    seen.add(optionKey(text));
  }
}
