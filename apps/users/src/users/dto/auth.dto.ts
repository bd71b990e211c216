import { EmailField, IntegerField, ObjectField, TextField } from '@app/http';
import { toUserResponse, UserResponseDto } from '../../accounts/dto/user-response.dto.js';
import { KnownPasswordField, PasswordField } from '../../accounts/dto/user-fields.js';
import { ACCESS_TOKEN_LIFETIME } from '../../keys/access-tokens.js';
import type { LoggedIn } from '../auth.service.js';

export class LoginDto {
  @EmailField()
  email: string;

  @KnownPasswordField()
  password: string;
}

export class RefreshDto {
  @TextField({ min: 1, max: 2000, example: '3f0c7f1e-6b8e-4a52-9d1c-0f6a5c1b2d3e.q1Zr…' })
  refresh_token: string;
}

export class TokenPairDto {
  @TextField({ min: 1, max: 2000, example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token: string;

  @TextField({ min: 6, max: 6, example: 'Bearer' })
  token_type: 'Bearer';

  @IntegerField({ min: 1, max: ACCESS_TOKEN_LIFETIME, example: ACCESS_TOKEN_LIFETIME, description: 'Seconds.' })
  expires_in: number;

  @TextField({
    min: 1,
    max: 2000,
    example: '3f0c7f1e-6b8e-4a52-9d1c-0f6a5c1b2d3e.q1Zr…',
    description: 'Good for 30 days and for one use. Using one again, 10 seconds later or more, ends the session.',
  })
  refresh_token: string;
}

/** Has the user, so that clients need not decode the token. */
export class LoggedInDto extends TokenPairDto {
  @ObjectField(() => UserResponseDto)
  user: UserResponseDto;
}

export function toLoggedIn({ pair, user }: LoggedIn): LoggedInDto {
  return { ...pair, user: toUserResponse(user) };
}

export class VerifyEmailDto {
  @TextField({ min: 1, max: 512, example: 'verify-email.q1Zr…', description: 'From the link in the e-mail.' })
  token: string;
}

export class ResendVerificationDto {
  @EmailField()
  email: string;
}

export class RequestPasswordResetDto {
  @EmailField()
  email: string;
}

export class ConfirmPasswordResetDto {
  @TextField({ min: 1, max: 512, example: 'password-reset.q1Zr…', description: 'From the link in the e-mail.' })
  token: string;

  @PasswordField({ description: 'The new one. Every session ends.' })
  password: string;
}
