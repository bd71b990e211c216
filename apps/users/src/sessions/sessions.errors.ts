import { declareErrors } from '@app/kernel';

const sessionError = declareErrors({
  'invalid-refresh-token': { kind: 'unauthenticated', title: 'The refresh token is not valid' },
});

export const invalidRefreshToken = () =>
  sessionError('invalid-refresh-token', 'The refresh token is not valid. Log in again.');
