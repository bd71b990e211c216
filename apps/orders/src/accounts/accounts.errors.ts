import { declareErrors } from '@app/kernel';

const accountError = declareErrors({
  'email-not-verified': { kind: 'forbidden', title: 'The e-mail address has not been verified' },
});

export const emailNotVerified = () =>
  accountError('email-not-verified', 'Verify your e-mail address first: it shows that these orders are yours.');
