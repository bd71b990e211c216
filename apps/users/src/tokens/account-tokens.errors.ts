import { DomainError } from '@app/kernel';

export const tokenInvalid = () =>
  new DomainError('token-invalid', 'The link was used, has expired or never existed. Ask for a new one.');
