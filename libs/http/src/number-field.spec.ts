import { ContractPipe } from './contract.pipe.js';
import { NumberField } from './fields.js';

class ShareDto {
  @NumberField({ min: 0, max: 1, optional: true })
  share?: number;
}

const read = (share: unknown, type: 'body' | 'query') =>
  new ContractPipe().transform({ share }, { type, metatype: ShareDto }) as ShareDto;

describe('a number', () => {
  it.each([0, 1, 0.25])('is %d within its bounds', (share) => {
    expect(read(share, 'body')).toEqual({ share });
    expect(read(String(share), 'query')).toEqual({ share });
  });

  it.each([-0.1, 1.1, NaN, Infinity, '0.5', null, true, [0.5]])('is not %p in a body', (share) => {
    expect(() => read(share, 'body')).toThrow('share must be a number from 0 to 1.');
  });

  it.each(['', ' ', '2', '-1', '1e-1', '0x1', '.5', '0.', 'NaN'])('is not %j in a query', (share) => {
    expect(() => read(share, 'query')).toThrow('share must be a number from 0 to 1.');
  });
});
