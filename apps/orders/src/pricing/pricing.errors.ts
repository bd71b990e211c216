import { declareErrors, type DomainError } from '@app/kernel';

const pricingError = declareErrors({
  'shipping-method-unavailable': { kind: 'conflict', title: 'The shipping method is not open to this order' },
});

export function shippingMethodUnavailable(open: readonly number[]): DomainError {
  const choice = open.length > 0 ? `Choose one of ${open.join(', ')}.` : 'No other is open either.';
  return pricingError(
    'shipping-method-unavailable',
    `This shipping method is not open to these items and address. ${choice}`,
    {
      details: { shipping_method_ids: open },
    },
  );
}
