import { Database, type Tx } from '@app/database';
import { type Caller, hasRole, notFound, type Role, ROLES } from '@app/kernel';
import { assertVersion, type ExpectedVersions } from '@app/http';
import { Idempotency } from '@app/idempotency';
import { Injectable } from '@nestjs/common';
import { Credentials } from '../auth/credentials.service.js';
import { Sessions } from '../auth/sessions.service.js';
import { canonicalEmail, emailKey } from './email-address.js';
import { UserEvents } from './user-events.js';
import type { User } from './user.entity.js';
import { changedMeanwhile, currentPasswordMissing, lastAdmin, roleNotAllowed, wrongPassword } from './users.errors.js';
import { type UserChange, UsersRepository } from './users.repository.js';

export interface ChangeUser {
  email?: string | undefined;
  password?: string | undefined;
  current_password?: string | undefined;
  full_name?: string | undefined;
  username?: string | null | undefined;
  phone_number?: string | null | undefined;
  address?: string | null | undefined;
  role?: Role | undefined;
}

/** Who acts on whom, and which version they have seen. */
export interface UserTarget {
  caller: Caller;
  user_id: number;
  if_match: ExpectedVersions | undefined;
}

/** The same, and the client's address, under which wrong passwords are counted. */
export interface ChangeRequest extends UserTarget {
  address: string;
}

/** Changes to an account, and its end. */
@Injectable()
export class UserChangesService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly events: UserEvents,
    private readonly idempotency: Idempotency,
  ) {}

  async change(request: ChangeRequest, input: ChangeUser): Promise<User> {
    const { caller } = request;
    if (input.role !== undefined && !hasRole(caller, 'admin')) throw roleNotAllowed();
    const provenHash = await this.provePassword(request, input);
    const passwordHash = input.password === undefined ? undefined : await this.credentials.hash(input.password);
    return this.database.transaction(async (tx) => {
      const user = await this.lock(tx, request);
      if (provenHash !== undefined && provenHash !== user.passwordHash) throw changedMeanwhile();
      const { role: formerRole, emailKey: formerEmail } = user;
      const change = difference(user, input, passwordHash);
      if (Object.keys(change).length === 0) return user;
      if (change.role !== undefined) await this.assertAdminRemains(tx, user);
      await this.users.change(tx, user, change);
      if (user.emailKey !== formerEmail) await this.credentials.moved(tx, user);
      if (passwordHash !== undefined) await this.credentials.replaced(tx, user);
      else if (ROLES.indexOf(user.role) < ROLES.indexOf(formerRole)) await this.sessions.refuseAccessTokens(tx, user);
      return user;
    });
  }

  /** Erases the person. Their orders belong to another service, which keeps what the law wants. */
  async erase(target: UserTarget): Promise<void> {
    await this.database.transaction(async (tx) => {
      const user = await this.lock(tx, target);
      await this.assertAdminRemains(tx, user);
      user.version += 1;
      await this.users.remove(tx, user);
      await this.sessions.refuseAccessTokens(tx, user);
      await this.idempotency.forget(user.userId, tx);
      await this.events.deleted(tx, user);
    });
  }

  private async lock(tx: Tx, { caller, user_id, if_match }: UserTarget): Promise<User> {
    const user = await this.users.lockChangeable(tx, caller, user_id);
    if (!user) throw notFound('user');
    assertVersion(user.version, if_match);
    return user;
  }

  /**
   * A new password needs the current one, except from an administrator. Answers the hash it was compared with, since
   * comparing takes too long for a transaction.
   */
  private async provePassword(request: ChangeRequest, input: ChangeUser): Promise<string | undefined> {
    if (input.password === undefined || hasRole(request.caller, 'admin')) return undefined;
    const user = await this.users.findChangeable(request.caller, request.user_id);
    if (!user) throw notFound('user');
    if (input.current_password === undefined) throw currentPasswordMissing();
    const attempt = { account: user.emailKey, address: request.address };
    if (!(await this.credentials.check(attempt, input.current_password, user.passwordHash))) throw wrongPassword();
    return user.passwordHash;
  }

  private async assertAdminRemains(tx: Tx, user: User): Promise<void> {
    if (user.role === 'admin' && (await this.users.countAdmins(tx)) < 2) throw lastAdmin();
  }
}

/** Only what is really different, so that repeating a request changes nothing. */
function difference(user: User, input: ChangeUser, passwordHash: string | undefined): UserChange {
  const email = input.email === undefined ? undefined : canonicalEmail(input.email);
  const moved = email !== undefined && emailKey(email) !== user.emailKey;
  const wanted: UserChange = {
    ...(email !== undefined && { email }),
    ...(moved && { emailVerified: false }),
    ...(passwordHash !== undefined && { passwordHash }),
    ...(input.full_name !== undefined && { fullName: input.full_name }),
    ...(input.username !== undefined && { username: input.username }),
    ...(input.phone_number !== undefined && { phoneNumber: input.phone_number }),
    ...(input.address !== undefined && { address: input.address }),
    ...(input.role !== undefined && { role: input.role }),
  };
  const changed = Object.entries(wanted).filter(([field, value]) => user[field as keyof User] !== value);
  return Object.fromEntries(changed);
}
