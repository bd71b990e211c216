import { declareErrors, DomainError } from '@app/kernel';

const credentialsError = declareErrors({
  'invalid-credentials': { kind: 'unauthenticated', title: 'The e-mail or the password is wrong' },
  'too-many-attempts': { kind: 'rate_limited', title: 'Too many failed attempts' },
});

export const invalidCredentials = () =>
  credentialsError('invalid-credentials', 'The e-mail address or the password is wrong.');

export const tooManyAttempts = (retryAfter: number) =>
  credentialsError('too-many-attempts', 'Too many failed attempts. Try again later.', { retryAfter });

export const hashingBusy = () =>
  new DomainError('too-many-requests', 'Too many people log in at this moment. Try again shortly.', { retryAfter: 1 });
