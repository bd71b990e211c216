import { declareErrors, invalid } from '@app/kernel';

/** How many addresses a user keeps. */
export const MAX_ADDRESSES = 20;

const addressError = declareErrors({
  'too-many-addresses': { kind: 'conflict', title: 'The account keeps as many addresses as it may' },
});

export const tooManyAddresses = () =>
  addressError('too-many-addresses', `An account keeps ${MAX_ADDRESSES} addresses. Remove one first.`);

export const oneIsDefault = () =>
  invalid('/is_default', 'default', 'One address is always the default. Make another one the default instead.');
