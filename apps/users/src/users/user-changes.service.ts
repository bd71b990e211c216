import { Database, type Tx } from '@app/database';
import {
  assertVersion,
  type Caller,
  emailKey,
  type ExpectedVersions,
  hasRole,
  notFound,
  type Role,
  ROLES,
} from '@app/kernel';
import { Idempotency } from '@app/idempotency';
import { Injectable } from '@nestjs/common';
import { CredentialsService } from './credentials.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import {
  changedMeanwhile,
  currentPasswordMissing,
  emailTaken,
  lastAdmin,
  roleNotAllowed,
  wrongPassword,
} from '../accounts/users.errors.js';
import { type UserChange, UsersRepository } from '../accounts/users.repository.js';

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

/** Who acts on which user, and the version that the caller has read. */
export interface UserTarget {
  caller: Caller;
  user_id: number;
  if_match: ExpectedVersions | undefined;
}

/** Also has the client's address, under which wrong passwords are counted. */
export interface ChangeRequest extends UserTarget {
  address: string;
}

/** Changes and erases accounts. */
@Injectable()
export class UserChangesService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: CredentialsService,
    private readonly sessions: SessionsService,
    private readonly events: UserEvents,
    private readonly idempotency: Idempotency,
  ) {}

  async change(request: ChangeRequest, input: ChangeUser): Promise<User> {
    const { caller } = request;
    if (input.role !== undefined && !hasRole(caller, 'admin')) throw roleNotAllowed();
    const checkedHash = await this.checkCurrentPassword(request, input);
    const passwordHash = input.password === undefined ? undefined : await this.credentials.hash(input.password);
    return this.database.transaction(async (tx) => {
      const user = await this.lock(tx, request);
      if (checkedHash !== undefined && checkedHash !== user.passwordHash) throw changedMeanwhile();
      const { role: formerRole } = user;
      const change = difference(user, input, passwordHash);
      if (Object.keys(change).length === 0) return user;
      if (change.role !== undefined) await this.assertAdminRemains(tx, user);
      if (change.pendingEmail) await this.assertMayChangeAddress(tx, change.pendingEmail, { caller, checkedHash });
      await this.users.change(tx, user, change);
      if (change.pendingEmail !== undefined) await this.credentials.afterAddressRequest(tx, user);
      if (passwordHash !== undefined) await this.credentials.afterPasswordChange(tx, user);
      else if (ROLES.indexOf(user.role) < ROLES.indexOf(formerRole)) await this.sessions.refuseAccessTokens(tx, user);
      return user;
    });
  }

  /** Erases the person. The orders service keeps of their orders what the law requires. */
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
   * A new password or e-mail address needs the current password, except from an administrator. Returns the hash it was
   * compared with, to be compared again under the lock: hashing takes too long for a transaction.
   */
  private async checkCurrentPassword(request: ChangeRequest, input: ChangeUser): Promise<string | undefined> {
    if (hasRole(request.caller, 'admin') || (input.password === undefined && input.email === undefined))
      return undefined;
    const user = await this.users.findChangeable(request.caller, request.user_id);
    if (!user) throw notFound('user');
    if (input.password === undefined && !isNewAddress(user, input.email)) return undefined;
    if (input.current_password === undefined) throw currentPasswordMissing();
    const attempt = await this.credentials.attempt(user.emailKey, request.address);
    if (!(await this.credentials.check(attempt, input.current_password, user.passwordHash))) throw wrongPassword();
    return user.passwordHash;
  }

  private async assertMayChangeAddress(
    tx: Tx,
    email: string,
    { caller, checkedHash }: { caller: Caller; checkedHash: string | undefined },
  ): Promise<void> {
    // The address became new after `checkCurrentPassword` had decided that no password is needed.
    if (checkedHash === undefined && !hasRole(caller, 'admin')) throw changedMeanwhile();
    if (await this.users.findByEmail(email, tx)) throw emailTaken();
  }

  private async assertAdminRemains(tx: Tx, user: User): Promise<void> {
    if (user.role === 'admin' && (await this.users.countAdmins(tx)) < 2) throw lastAdmin();
  }
}

/** Only fields that really differ, so that repeating a request changes nothing. */
function difference(user: User, input: ChangeUser, passwordHash: string | undefined): UserChange {
  const wanted: UserChange = {
    ...addressChange(user, input.email, passwordHash !== undefined),
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

/**
 * A new address is pending until it is verified. Sending the current one, in any spelling, drops a pending one; so does
 * a new password without an address, since somebody else may have requested the change.
 */
function addressChange(user: User, email: string | undefined, withPassword: boolean): UserChange {
  if (email === undefined) return withPassword ? { pendingEmail: null } : {};
  if (isNewAddress(user, email)) return { pendingEmail: email };
  return emailKey(email) === user.emailKey ? { email, pendingEmail: null } : {};
}

function isNewAddress({ emailKey: present, pendingEmailKey }: User, email: string | undefined): boolean {
  return email !== undefined && ![present, pendingEmailKey].includes(emailKey(email));
}
