import { CURRENCIES, currencyDigits, DomainError, parseMoney } from '@app/kernel';
import { assert, constantFrom, integer, property } from 'fast-check';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.js';

describe('amounts at Stripe', () => {
  it.each([
    ['12.00', 'USD', 1_200],
    ['1200', 'JPY', 1_200],
    ['12.34', 'HUF', 1_234],
    ['5', 'ISK', 500],
    ['5', 'UGX', 500],
    ['5.00', 'MGA', 5],
    ['5.120', 'KWD', 5_120],
    ['5.120', 'TND', 5_120],
  ])('charges %s %s as %d', (text, currency, amount) => {
    const minor = parseMoney(text, currency) ?? Number.NaN;
    expect(toStripeAmount(minor, currency)).toBe(amount);
    expect(fromStripeAmount(amount, currency)).toBe(minor);
  });

  it.each([
    [5_124, 'KWD'],
    [501, 'MGA'],
  ])('refuses %d %s, which Stripe cannot charge, instead of rounding it', (minor, currency) => {
    expect(() => toStripeAmount(minor, currency)).toThrow(
      expect.objectContaining({ code: 'order-not-payable' } satisfies Partial<DomainError>),
    );
  });

  it('one function converts, for all of ISO 4217, and the round trip is exact', () => {
    const step = (currency: string) => (currencyDigits(currency) === 3 ? 10 : currency === 'MGA' ? 100 : 1);
    assert(
      property(constantFrom(...CURRENCIES), integer({ min: 0, max: 1_000_000_000 }), (currency, n) => {
        const minor = n * step(currency);
        const amount = toStripeAmount(minor, currency);
        return Number.isSafeInteger(amount) && fromStripeAmount(amount, currency) === minor;
      }),
      { numRuns: 5_000 },
    );
  });
});
