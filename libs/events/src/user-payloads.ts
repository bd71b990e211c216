import {
  IsBoolean,
  IsInt,
  IsISO8601,
  IsOptional,
  IsPositive,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const ADDRESS_RULE = { message: '$property must be an e-mail address' };

class UserPayload {
  @IsInt()
  @IsPositive()
  user_id: number;
}

class AddressedUserPayload extends UserPayload {
  @MaxLength(255)
  @Matches(ADDRESS, ADDRESS_RULE)
  email: string;

  @IsString()
  @MaxLength(100)
  full_name: string;

  /** Whether `email` is verified; counts as verified if the publisher does not send it. */
  @IsOptional()
  @IsBoolean()
  email_verified?: boolean;
}

class TokenPayload extends AddressedUserPayload {
  /** Single-use. Never logged; the outbox redacts it once the event is sent. */
  @Length(1, 512)
  token: string;

  @IsISO8601({ strict: true })
  expires_at: string;
}

export class UserRegisteredPayload extends AddressedUserPayload {}
export class VerificationRequestedPayload extends TokenPayload {}
export class PasswordResetRequestedPayload extends TokenPayload {}
export class PasswordChangedPayload extends AddressedUserPayload {}

/** `email` is the current address, which stays valid until the new one is verified. */
export class EmailChangeRequestedPayload extends AddressedUserPayload {}

/** `email` has been verified; `former_email` is the address it replaces, or null. */
export class EmailVerifiedPayload extends AddressedUserPayload {
  @ValidateIf((_, value) => value !== null)
  @MaxLength(255)
  @Matches(ADDRESS, ADDRESS_RULE)
  former_email: string | null;

  @ValidateIf((_, value) => value !== null)
  @IsBoolean()
  former_email_verified: boolean | null;
}

export class UserDeletedPayload extends UserPayload {}

/** Access tokens of this user issued before `not_before` are no longer valid. */
export class SessionsEndedPayload extends UserPayload {
  @IsISO8601({ strict: true })
  not_before: string;
}
