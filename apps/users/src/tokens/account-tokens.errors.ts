import { declareErrors, DomainError } from '@app/kernel';

const tokenError = declareErrors({
  'token-invalid': { kind: 'invalid', title: 'The token was used, has expired or never existed' },
});

export const tokenInvalid = () =>
  tokenError('token-invalid', 'The link was used, has expired or never existed. Ask for a new one.');

export const tooManyAddresses = (limit: number, retryAfter: number) =>
  new DomainError(
    'too-many-requests',
    `The address did not change: an account may ask for ${limit} new e-mail addresses in an hour. Try again after that.`,
    { retryAfter },
  );
