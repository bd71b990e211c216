import { EmailField, EnumField, PageQueryDto, SortField, TextField, TimeField } from '@app/http';
import { type Role, ROLES } from '@app/kernel';

export const USER_SORT_FIELDS = ['created_at', 'full_name', 'email'] as const;

export class UserListQueryDto extends PageQueryDto {
  @TextField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    example: 'ada',
    description: 'Part of a name, an e-mail address or a username.',
  })
  q?: string;

  @EmailField({ optional: true })
  email?: string;

  @EnumField(ROLES, { optional: true })
  role?: Role;

  @TimeField({ optional: true, description: 'Registered at this time or later.' })
  created_from?: Date;

  @TimeField({ optional: true, description: 'Registered at this time or earlier.' })
  created_to?: Date;

  @SortField(USER_SORT_FIELDS)
  sort?: string;
}
