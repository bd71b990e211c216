/** A postal address. */
export interface Address {
  name: string;
  company?: string;
  line1: string;
  line2?: string;
  city: string;
  region?: string;
  postal_code?: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** E.164. */
  phone?: string;
}

type OptionalPart = 'company' | 'line2' | 'region' | 'postal_code' | 'phone';

/** An address as a request brings it: null stands for a part that is missing. */
export type AddressInput = Omit<Address, OptionalPart> & { [Part in OptionalPart]?: string | null };

/** Returns the parts that there are, always in the same order, so that equal addresses have equal JSON. */
export function makeAddress(input: AddressInput): Address {
  const { name, company, line1, line2, city, region, postal_code, country, phone } = input;
  return {
    name,
    ...(company && { company }),
    line1,
    ...(line2 && { line2 }),
    city,
    ...(region && { region }),
    ...(postal_code && { postal_code }),
    country,
    ...(phone && { phone }),
  };
}

/** Returns the lines of a label, without the phone number; `countryName` takes the place of the country's code. */
export function addressLines(address: Address, countryName = address.country): string[] {
  const { name, company, line1, line2, city, region, postal_code } = address;
  const area = [region, postal_code].filter(Boolean).join(' ');
  const place = region === undefined ? `${city} ${area}`.trim() : `${city}, ${area}`;
  return [name, company, line1, line2, place, countryName].filter((line) => line !== undefined);
}
