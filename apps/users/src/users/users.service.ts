import { Database, type ListRequest, type Page, type Tx } from '@app/database';
import { Idempotency } from '@app/idempotency';
import { type Caller, notFound } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AccountTokens } from '../auth/account-tokens.service.js';
import { Passwords } from '../auth/passwords.js';
import { toUserResponse, type UserResponseDto } from './dto/user-response.dto.js';
import { canonicalEmail } from './email-address.js';
import { UserEvents } from './user-events.js';
import type { User } from './user.entity.js';
import { unknownUser } from './users.errors.js';
import {
  type ListedUser,
  type NewUser,
  type UserFilter,
  type UserIdentity,
  UsersRepository,
} from './users.repository.js';

export interface RegisterUser {
  email: string;
  password: string;
  full_name: string;
  username?: string | undefined;
  phone_number?: string | undefined;
  address?: string | undefined;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly tokens: AccountTokens,
    private readonly events: UserEvents,
    private readonly idempotency: Idempotency,
  ) {}

  async register(input: RegisterUser): Promise<UserResponseDto> {
    const fields = await this.newUser(input, { role: 'customer', emailVerified: false });
    return this.database.transaction(async (tx) => {
      const user = await this.users.insert(tx, fields);
      await this.events.registered(tx, user);
      await this.tokens.issue(tx, user, 'verify-email');
      const response = toUserResponse(user);
      await this.idempotency.commit(tx, response, user.userId);
      return response;
    });
  }

  /** For operators: whoever can configure the service can vouch for the address. `record` writes with the account. */
  async createAdmin(input: RegisterUser, record?: (tx: Tx, user: User) => Promise<void>): Promise<User> {
    const fields = await this.newUser(input, { role: 'admin', emailVerified: true });
    return this.database.transaction(async (tx) => {
      const user = await this.users.insert(tx, fields);
      await this.events.registered(tx, user);
      await record?.(tx, user);
      return user;
    });
  }

  hasAdmin(): Promise<boolean> {
    return this.users.hasAdmin();
  }

  list(filter: UserFilter, request: ListRequest): Promise<Page<ListedUser>> {
    return this.users.list(filter, request);
  }

  /** Another person's account is as absent as none. */
  async get(caller: Caller, userId: number): Promise<User> {
    const user = await this.users.findVisible(caller, userId);
    if (!user) throw notFound('user');
    return user;
  }

  /** For other services, which name a user by id. */
  async identify(userId: number): Promise<UserIdentity> {
    const user = await this.users.findIdentity(userId);
    if (!user) throw unknownUser();
    return user;
  }

  private async newUser(input: RegisterUser, as: Pick<NewUser, 'role' | 'emailVerified'>): Promise<NewUser> {
    return {
      ...as,
      email: canonicalEmail(input.email),
      passwordHash: await this.passwords.hash(input.password),
      fullName: input.full_name,
      username: input.username ?? null,
      phoneNumber: input.phone_number ?? null,
      address: input.address ?? null,
    };
  }
}
