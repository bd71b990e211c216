import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, type ListRequest, networkOf, notFound, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { AccountTokensService } from '../tokens/account-tokens.service.js';
import { Passwords } from '../credentials/passwords.js';
import type { Work } from '../credentials/work-gate.js';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import { emailTaken, unknownUser } from '../accounts/users.errors.js';
import {
  type ListedUser,
  type NewUser,
  type UserFilter,
  type UserIdentity,
  UsersRepository,
} from '../accounts/users.repository.js';

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
    private readonly tokens: AccountTokensService,
    private readonly events: UserEvents,
    private readonly idempotency: Idempotency,
  ) {}

  /** `address` is the client's: networks take turns at the hashing. */
  async register(input: RegisterUser, address: string, { claim, answer }: Reply<User>): Promise<User> {
    // Checked before the expensive hashing; the unique key decides between concurrent registrations.
    if (await this.users.findByEmail(input.email)) throw emailTaken();
    const work = { lane: 'unknown', owner: networkOf(address) } as const;
    const fields = await this.newUser(input, { role: 'customer', emailVerified: false }, work);
    return this.database.transaction(async (tx) => {
      const user = await this.users.insert(tx, fields);
      await this.events.registered(tx, user);
      await this.tokens.issue(tx, user, 'verify-email');
      await this.idempotency.commit(tx, claim, answer(user), user.userId);
      return user;
    });
  }

  /** For operators, so the address counts as verified. `record` runs in the transaction that creates the account. */
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

  /** Another person's account is reported as not found. */
  async get(caller: Caller, userId: number): Promise<User> {
    const user = await this.users.findVisible(caller, userId);
    if (!user) throw notFound('user');
    return user;
  }

  /** For other services. @throws DomainError `unknown-user` */
  async identify(userId: number): Promise<UserIdentity> {
    const user = await this.users.findIdentity(userId);
    if (!user) throw unknownUser();
    return user;
  }

  private async newUser(
    input: RegisterUser,
    as: Pick<NewUser, 'role' | 'emailVerified'>,
    work?: Work,
  ): Promise<NewUser> {
    return {
      ...as,
      email: input.email,
      passwordHash: await this.passwords.hash(input.password, work),
      fullName: input.full_name,
      username: input.username ?? null,
      phoneNumber: input.phone_number ?? null,
      address: input.address ?? null,
    };
  }
}
