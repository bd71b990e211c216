import { declareErrors, DomainError, invalid } from '@app/kernel';
import { manifest } from '../users.manifest.js';

const accountError = declareErrors({
  'email-taken': { kind: 'conflict', title: 'The e-mail address belongs to another account' },
  'username-taken': { kind: 'conflict', title: 'The username belongs to another account' },
  'last-admin': { kind: 'conflict', title: 'The last administrator cannot be removed' },
  'wrong-password': { kind: 'invalid', title: 'The current password is wrong' },
});
const refusal = declareErrors(manifest.refuses);

export const emailTaken = () => accountError('email-taken', 'Another account uses this e-mail address.');

export const usernameTaken = () => accountError('username-taken', 'Another account uses this username.');

export const lastAdmin = () =>
  accountError('last-admin', 'This is the last administrator. Make somebody else administrator first.');

export const roleNotAllowed = () => new DomainError('forbidden', 'Only an administrator changes a role.');

export const currentPasswordMissing = () =>
  invalid('/current_password', 'required', 'A new password or e-mail address needs the current password.');

export const wrongPassword = () => {
  const message = 'The current password is wrong.';
  return accountError('wrong-password', message, {
    errors: [{ pointer: '/current_password', code: 'wrong-password', message }],
  });
};

export const changedMeanwhile = () =>
  new DomainError('version-conflict', 'The account changed while this request ran. Read it again and repeat.');

export const unknownUser = () => refusal('unknown-user', 'There is no such user.');
