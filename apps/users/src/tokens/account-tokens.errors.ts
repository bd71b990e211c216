import { DomainError } from '@app/kernel';

export const tokenInvalid = () =>
  new DomainError('token-invalid', 'The link was used, has expired or never existed. Ask for a new one.');

export const tooManyAddresses = (limit: number, retryAfter: number) =>
  new DomainError(
    'too-many-requests',
    `The address did not change: an account may ask for ${limit} new e-mail addresses in an hour. Try again after that.`,
    { retryAfter },
  );
