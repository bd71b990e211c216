import { addressLines, makeAddress } from './address.js';

const ADA = { name: 'Ada Lovelace', line1: '12 St James’s Square', city: 'London', country: 'GB' };
const PARTS = { company: 'Analytical Engines', line2: 'Floor 2', postal_code: 'SW1Y 4JH', phone: '+442079460000' };

describe('an address', () => {
  it('has the parts that there are, in one order', () => {
    const given = { phone: null, line2: 'Floor 2', ...ADA, company: null };
    expect(JSON.stringify(makeAddress(given))).toBe(
      '{"name":"Ada Lovelace","line1":"12 St James’s Square","line2":"Floor 2","city":"London","country":"GB"}',
    );
    const all = { ...ADA, ...PARTS, region: 'England' };
    expect(makeAddress(all)).toEqual(all);
  });

  it.each([
    [ADA, ['Ada Lovelace', '12 St James’s Square', 'London', 'GB']],
    [
      { ...ADA, ...PARTS },
      ['Ada Lovelace', 'Analytical Engines', '12 St James’s Square', 'Floor 2', 'London SW1Y 4JH', 'GB'],
    ],
    [
      { name: 'Ann', line1: '1 Main Street', city: 'Springfield', region: 'IL', postal_code: '62704', country: 'US' },
      ['Ann', '1 Main Street', 'Springfield, IL 62704', 'US'],
    ],
    [
      { name: 'Ann', line1: '1 Main Street', city: 'Galway', region: 'Connacht', country: 'IE' },
      ['Ann', '1 Main Street', 'Galway, Connacht', 'IE'],
    ],
  ])('%j has the lines of a label', (address, lines) => {
    expect(addressLines(address)).toEqual(lines);
    expect(addressLines(address, 'Utopia')).toEqual([...lines.slice(0, -1), 'Utopia']);
  });
});
