import { DomainError, invalid } from '@app/kernel';

export const emailTaken = () => new DomainError('email-taken', 'Another account uses this e-mail address.');

export const usernameTaken = () => new DomainError('username-taken', 'Another account uses this username.');

export const lastAdmin = () =>
  new DomainError('last-admin', 'This is the last administrator. Make somebody else administrator first.');

export const roleNotAllowed = () => new DomainError('forbidden', 'Only an administrator changes a role.');

export const currentPasswordMissing = () =>
  invalid('/current_password', 'required', 'A new password or e-mail address needs the current password.');

export const wrongPassword = () => {
  const message = 'The current password is wrong.';
  return new DomainError('wrong-password', message, {
    errors: [{ pointer: '/current_password', code: 'wrong-password', message }],
  });
};

export const changedMeanwhile = () =>
  new DomainError('version-conflict', 'The account changed while this request ran. Read it again and repeat.');

export const unknownUser = () => new DomainError('unknown-user', 'There is no such user.');
