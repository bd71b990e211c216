import { IsISO8601, IsInt, IsPositive, IsString, Length, Matches, MaxLength } from 'class-validator';

class UserPayload {
  @IsInt()
  @IsPositive()
  user_id: number;
}

class AddressedUserPayload extends UserPayload {
  @MaxLength(255)
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: '$property must be an e-mail address' })
  email: string;

  @IsString()
  @MaxLength(100)
  full_name: string;
}

class TokenPayload extends AddressedUserPayload {
  /** Single use. Never logged; the outbox redacts it once the event is sent. */
  @Length(1, 512)
  token: string;

  @IsISO8601({ strict: true })
  expires_at: string;
}

export class UserRegisteredPayload extends AddressedUserPayload {}
export class VerificationRequestedPayload extends TokenPayload {}
export class PasswordResetRequestedPayload extends TokenPayload {}
export class PasswordChangedPayload extends AddressedUserPayload {}
export class UserDeletedPayload extends UserPayload {}

/** Access tokens of this user issued before `not_before` are no longer good. */
export class SessionsEndedPayload extends UserPayload {
  @IsISO8601({ strict: true })
  not_before: string;
}
