import { DomainError } from '@app/kernel';

export const invalidRefreshToken = () =>
  new DomainError('invalid-refresh-token', 'The refresh token is not valid. Log in again.');
