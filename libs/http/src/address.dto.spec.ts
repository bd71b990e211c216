import { AddressDto, addressDto, CountriesField } from './address.dto.js';
import { ContractPipe } from './contract.pipe.js';

class PlacesDto {
  @CountriesField()
  countries: string[];
}

class ChangeDto extends addressDto({ optional: true }) {}

const ADA = { name: 'Ada', line1: '12 St James’s Square', city: 'London', country: 'GB' };
const read = (body: object, metatype: new () => object = AddressDto) =>
  new ContractPipe().transform(body, { type: 'body', metatype });
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

describe('an address in a request', () => {
  it('is trimmed, and needs no part but name, street, city and country', () => {
    expect(read({ ...ADA, name: ' Ada ' })).toEqual(ADA);
    const missing = { company: null, line2: null, region: null, postal_code: null, phone: null };
    expect(read({ ...ADA, ...missing })).toEqual({ ...ADA, ...missing });
    expect(read({ city: 'Bern' }, ChangeDto)).toEqual({ city: 'Bern' });
  });

  it.each([
    ...(['name', 'line1', 'city', 'country'] as const).flatMap((part) => [
      { ...ADA, [part]: undefined },
      { ...ADA, [part]: null },
    ]),
    ...['name', 'company', 'line1', 'line2', 'city', 'region'].map((part) => ({ ...ADA, [part]: 'x'.repeat(101) })),
    { ...ADA, postal_code: '1'.repeat(21) },
    { ...ADA, street: '1' },
    ...['gb', 'EU', 'UK', 'XX', 'GBR', 'G', '', 44].map((country) => ({ ...ADA, country })),
    ...['020', '+0201', '+1', '+1234567890123456', '+44 20 79'].map((phone) => ({ ...ADA, phone })),
  ])('is not %j', (body) => {
    expect(() => read(body)).toThrow(/must be|is not a field/);
  });

  it.each(['name', 'line1', 'city', 'country'])('has a %s also after a change', (part) => {
    expect(() => read({ [part]: null }, ChangeDto)).toThrow(`${part} must be`);
  });

  it('is in one of the 249 countries of ISO 3166-1', () => {
    const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
    const countries = codes.filter((country) => {
      try {
        return read({ ...ADA, country });
      } catch {
        return false;
      }
    });
    expect(countries).toHaveLength(249);
  });
});

describe('a list of countries', () => {
  it('may be empty, and has at most as many as there are', () => {
    for (const countries of [[], ['GB', 'IE'], Array<string>(250).fill('GB')]) {
      expect(read({ countries }, PlacesDto)).toEqual({ countries });
    }
  });

  it.each([
    [['UK']],
    [['GB', 'gb']],
    [['GB', null]],
    [[['GB']]],
    [Array<string>(251).fill('GB')],
    'GB',
    null,
    undefined,
  ])('is not %j', (countries) => {
    expect(() => read({ countries }, PlacesDto)).toThrow(/must be a list of countries/);
  });
});
