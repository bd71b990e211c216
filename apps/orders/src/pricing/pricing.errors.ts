import { declareErrors, type DomainError, invalid, notFound } from '@app/kernel';

/** How many shipping methods there may be: each quote looks at all of them. */
export const MAX_SHIPPING_METHODS = 100;

const pricingError = declareErrors({
  'shipping-method-unavailable': { kind: 'conflict', title: 'The shipping method is not open to this order' },
  'shipping-code-taken': { kind: 'conflict', title: 'The code is already used' },
  'too-many-shipping-methods': { kind: 'conflict', title: 'There are as many shipping methods as there may be' },
});

export const noSuchShippingMethod = () => notFound('shipping method');

export const noSuchTaxRate = () => notFound('tax rate');

export function shippingMethodUnavailable(open: readonly number[]): DomainError {
  const choice = open.length > 0 ? `Choose one of ${open.join(', ')}.` : 'No other one is open either.';
  const message = `This shipping method is not open to these items and this address. ${choice}`;
  return pricingError('shipping-method-unavailable', message, { details: { shipping_method_ids: open } });
}

export const shippingCodeTaken = () =>
  pricingError('shipping-code-taken', 'Another shipping method has this code. Choose a different one.');

export const tooManyShippingMethods = () =>
  pricingError(
    'too-many-shipping-methods',
    `There are ${MAX_SHIPPING_METHODS} shipping methods. Remove or change one instead.`,
  );

export const stepsNeeded = () =>
  invalid('/steps', 'required', 'Another `by` gives the steps another meaning: send them, too.');

export const wrongStep = (index: number, says: string) => invalid(`/steps/${index}/from`, 'from', `from ${says}.`);

export const emptyPeriod = () =>
  invalid(
    '/valid_to',
    'period',
    'valid_to must be later than valid_from: the rate is valid from the one until the other.',
  );
