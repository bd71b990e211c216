import { EmailField, EnumField } from '@app/http';
import { type Role, ROLES } from '@app/kernel';
import {
  AddressField,
  FullNameField,
  KnownPasswordField,
  PasswordField,
  PhoneNumberField,
  UsernameField,
} from '../../accounts/dto/user-fields.js';

export class UpdateUserDto {
  @EmailField({
    optional: true,
    description: 'A new address needs current_password, and stands in pending_email until it is verified.',
  })
  email?: string;

  @PasswordField({ optional: true, description: 'Needs current_password, and ends every session.' })
  password?: string;

  @KnownPasswordField({ optional: true })
  current_password?: string;

  @FullNameField({ optional: true })
  full_name?: string;

  @UsernameField({ nullable: true })
  username?: string | null;

  @PhoneNumberField({ nullable: true })
  phone_number?: string | null;

  @AddressField({ nullable: true })
  address?: string | null;

  @EnumField(ROLES, { optional: true, description: 'Changed by administrators only.' })
  role?: Role;
}
