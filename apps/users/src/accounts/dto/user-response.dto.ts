import { BooleanField, EmailField, EnumField, IdField, IntegerField, TextField, TimeField, pageDto } from '@app/http';
import { type Role, ROLES } from '@app/kernel';
import type { ListedUser } from '../users.repository.js';

export class UserResponseDto {
  @IdField()
  user_id: number;

  @TextField({ min: 3, max: 50, nullable: true, example: 'ada' })
  username: string | null;

  @EmailField()
  email: string;

  @TextField({ min: 1, max: 100, example: 'Ada Lovelace' })
  full_name: string;

  @TextField({ min: 3, max: 16, nullable: true, example: '+442079460000' })
  phone_number: string | null;

  @TextField({ min: 0, max: 1000, nullable: true, example: '12 St James’s Square, London' })
  address: string | null;

  @EnumField(ROLES)
  role: Role;

  @EmailField({
    nullable: true,
    example: null,
    description: 'A new address until the link sent there was followed; until then `email` counts.',
  })
  pending_email: string | null;

  @BooleanField({ example: false, description: 'Whether the link sent to the present address was followed.' })
  email_verified: boolean;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1, description: 'Rises with every change; also the ETag.' })
  version: number;
}

export class UserListDto extends pageDto('users', UserResponseDto) {}

export function toUserResponse(user: ListedUser): UserResponseDto {
  return {
    user_id: user.userId,
    username: user.username,
    email: user.email,
    full_name: user.fullName,
    phone_number: user.phoneNumber,
    address: user.address,
    role: user.role,
    email_verified: user.emailVerified,
    pending_email: user.pendingEmail,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    version: user.version,
  };
}
