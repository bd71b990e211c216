import type { Address } from '@app/kernel';

/** Where an order goes, as far as its price depends on it. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** As `regionKey` writes it. */
  region: string | null;
  /** As `postalKey` writes it. */
  postalCode: string | null;
}

/** Characters of a postal code. */
export const MAX_POSTAL_CODE = 20;
const MAX_KEY = 100;

export function placeOf({ country, region, postal_code }: Pick<Address, 'country' | 'region' | 'postal_code'>): Place {
  return {
    country,
    region: region === undefined ? null : regionKey(region),
    postalCode: postal_code === undefined ? null : postalKey(postal_code),
  };
}

/** Writes a region in one form: `ca` is `CA`. Cut, since some letters become two in capitals. */
export function regionKey(text: string): string {
  return [...text.normalize('NFC').trim().toUpperCase()].slice(0, MAX_KEY).join('');
}

/** Writes a postal code, or the beginning of one, in one form: `sw1y 4jh` is `SW1Y4JH`. */
export function postalKey(text: string): string {
  return regionKey(text).replaceAll(/[\s-]/g, '');
}
