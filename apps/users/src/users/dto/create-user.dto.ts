import { EmailField } from '@app/http';
import {
  AddressField,
  FullNameField,
  PasswordField,
  PhoneNumberField,
  UsernameField,
} from '../../accounts/dto/user-fields.js';

export class CreateUserDto {
  @EmailField()
  email: string;

  @PasswordField({ description: 'Any characters; never trimmed.' })
  password: string;

  @FullNameField()
  full_name: string;

  @UsernameField()
  username?: string;

  @PhoneNumberField()
  phone_number?: string;

  @AddressField()
  address?: string;
}
