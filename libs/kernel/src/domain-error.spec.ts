import { declareErrors, DomainError, errorCode, errorCodes } from './index.js';

const SPILT = { 'milk-spilt': { kind: 'conflict', title: 'There is no milk left' } } as const;
const milkError = declareErrors(SPILT);

describe('a declared error code', () => {
  it('gives the errors that it is thrown with their kind and title', () => {
    expect(milkError('milk-spilt', 'Buy milk.')).toMatchObject({ ...SPILT['milk-spilt'], code: 'milk-spilt' });
    expect(milkError('not-found', 'There is no such cup.')).toMatchObject({ kind: 'not_found' });
    expect(errorCodes()).toContainEqual({ name: 'milk-spilt', ...SPILT['milk-spilt'] });
  });

  it('means one thing: a second declaration is an error, unless it is the same table', () => {
    expect(() => declareErrors({ 'milk-spilt': { ...SPILT['milk-spilt'] } })).toThrow(
      'The error code milk-spilt is declared twice.',
    );
    expect(() => declareErrors(SPILT)).not.toThrow();
  });

  it('is the only kind of code that is read from the wire or documented', () => {
    const payload = { code: 'milk-spilt', message: 'Buy milk.' };
    expect(DomainError.fromPayload(payload)?.toPayload()).toEqual(payload);
    expect(DomainError.fromPayload({ ...payload, code: 'milk-sour' })).toBeUndefined();
    expect(() => errorCode('milk-sour')).toThrow('Nobody has declared the error code milk-sour.');
  });
});
