import { DomainError } from '@app/kernel';

export const invalidCredentials = () =>
  new DomainError('invalid-credentials', 'The e-mail address or the password is wrong.');

export const tooManyAttempts = (retryAfter: number) =>
  new DomainError('too-many-attempts', 'Too many failed attempts. Try again later.', { retryAfter });

export const hashingBusy = () =>
  new DomainError('too-many-requests', 'Too many people log in at this moment. Try again shortly.', { retryAfter: 1 });
