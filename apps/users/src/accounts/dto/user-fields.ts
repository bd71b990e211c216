import { PhoneField, TextField } from '@app/http';

/** The validation rules of a person's own fields, the same for registering and for changing. */

export const PasswordField = (options: { optional?: boolean; description?: string } = {}): PropertyDecorator =>
  TextField({ min: 12, max: 128, controls: true, example: 'correct horse battery staple', ...options });

/** An existing password: looser than `PasswordField`, so that passwords accepted under earlier rules still pass. */
export const KnownPasswordField = (options: { optional?: boolean } = {}): PropertyDecorator =>
  TextField({ min: 1, max: 128, controls: true, example: 'correct horse battery staple', ...options });

export const FullNameField = (options: { optional?: boolean } = {}): PropertyDecorator =>
  TextField({ min: 1, max: 100, trim: true, example: 'Ada Lovelace', ...options });

export const UsernameField = (options: { nullable?: boolean } = {}): PropertyDecorator =>
  TextField({ min: 3, max: 50, pattern: /^[a-z0-9_.-]+$/, optional: true, example: 'ada', ...options });

export const PhoneNumberField = (options: { nullable?: boolean } = {}): PropertyDecorator =>
  PhoneField({ optional: true, ...options });

export const AddressField = (options: { nullable?: boolean } = {}): PropertyDecorator =>
  TextField({ min: 0, max: 1000, optional: true, example: '12 St James’s Square, London', ...options });
