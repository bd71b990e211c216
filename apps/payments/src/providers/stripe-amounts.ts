import { currencyDigits, formatMoney } from '@app/kernel';
import { providerError } from './provider.errors.js';

/** Decimals of amounts at Stripe that ISO 4217 sees otherwise: https://docs.stripe.com/currencies */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  // Without decimals everywhere, but sent with two, which are always 00.
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
]);

/** Stripe's partners take at most two decimals: the third is always 0. */
const LAST_DIGIT_IS_ZERO = 3;

/**
 * An amount in minor units as Stripe wants it.
 *
 * @throws DomainError `order-not-payable` for an amount that Stripe cannot charge, such as 1.005 KWD.
 */
export function toStripeAmount(minor: number, currency: string): number {
  const { multiplier, divisor, step } = scaleOf(currency);
  if (minor % step !== 0) {
    const amount = `${formatMoney(minor, currency)} ${currency}`;
    throw providerError('order-not-payable', `An amount of ${amount} cannot be charged: it has too many decimals.`, {
      details: { reason: 'amount-not-chargeable' },
    });
  }
  return (minor * multiplier) / divisor;
}

/**
 * The other way round; exact for every amount that Stripe charges.
 *
 * @throws Error for an amount that Stripe does not charge in this currency.
 */
export function fromStripeAmount(amount: number, currency: string): number {
  const { multiplier, divisor } = scaleOf(currency);
  if (amount % multiplier !== 0) throw new Error(`Stripe has no amount of ${amount} in ${currency}.`);
  return (amount / multiplier) * divisor;
}

function scaleOf(currency: string): { multiplier: number; divisor: number; step: number } {
  const digits = currencyDigits(currency);
  const shift = (DECIMALS.get(currency) ?? digits) - digits;
  const multiplier = shift > 0 ? 10 ** shift : 1;
  const divisor = shift < 0 ? 10 ** -shift : 1;
  return { multiplier, divisor, step: digits === LAST_DIGIT_IS_ZERO ? 10 : divisor };
}
