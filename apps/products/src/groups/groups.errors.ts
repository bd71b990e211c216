import { declareErrors, type DomainError, invalid, notFound } from '@app/kernel';

export const MAX_VARIANTS = 100;

const groupError = declareErrors({
  'variant-exists': { kind: 'conflict', title: 'The group has a variant with these options' },
  'too-many-variants': { kind: 'conflict', title: 'The group has as many variants as it may have' },
  'options-in-use': { kind: 'conflict', title: 'Variants have these options' },
  'group-not-empty': { kind: 'conflict', title: 'Variants of this group are on sale' },
});

export const noSuchGroup = (): DomainError => notFound('product group');

export const variantExists = (): DomainError =>
  groupError('variant-exists', 'The group has a variant with these option_values. Change that one, or choose others.');

export const tooManyVariants = (): DomainError =>
  groupError('too-many-variants', `A group has at most ${MAX_VARIANTS} variants. Archive some, or make another group.`);

export const optionsInUse = (): DomainError =>
  groupError(
    'options-in-use',
    'Variants on sale have these options. Keep the names of all options and every value that a variant has; add values as you like.',
  );

export const groupNotEmpty = (): DomainError =>
  groupError('group-not-empty', 'Variants of this group are on sale. Archive them first.');

export const repeatedOption = (pointer: string): DomainError =>
  invalid(
    pointer,
    'repeated',
    'Names of options, and values of one option, must differ in more than case and accents.',
  );

/** `expected` are the group's options. */
export const wrongOptions = (expected: readonly string[]): DomainError =>
  invalid(
    '/option_values',
    'options',
    `option_values must have exactly one value for each of: ${expected.join(', ')}.`,
  );

export const unknownValue = (name: string, values: readonly string[]): DomainError =>
  invalid(
    `/option_values/${name}`,
    'choice',
    `${name} must be one of ${values.join(', ')}, or add the value to the group.`,
  );
