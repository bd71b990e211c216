import { Database, forUpdate, ListQuery, locking, type Tx } from '@app/database';
import { type Caller, Clock, emailKey, hasRole, type ListRequest, type Page, type Role } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { And, Equal, type FindOptionsWhere } from 'typeorm';
import { User } from './user.entity.js';
import { emailTaken, usernameTaken } from './users.errors.js';

export type NewUser = Pick<
  User,
  'username' | 'email' | 'passwordHash' | 'fullName' | 'phoneNumber' | 'address' | 'role' | 'emailVerified'
>;
export type UserChange = Partial<NewUser & Pick<User, 'pendingEmail'>>;

export interface UserFilter {
  /** Part of a name, an e-mail address or a username. */
  q?: string | undefined;
  email?: string | undefined;
  role?: Role | undefined;
  created_from?: Date | undefined;
  created_to?: Date | undefined;
}

/** A user as other services see it. */
export interface UserIdentity {
  user_id: number;
  email: string;
  full_name: string;
  role: Role;
  email_verified: boolean;
}

/** A user as lists show it. */
export type ListedUser = Omit<User, 'passwordHash' | 'emailKey' | 'pendingEmailKey'>;

export const USER_SORTS = { created_at: 'created_at', full_name: 'full_name', email: 'email_key' } as const;

/** The mail limits would refuse more than this anyway. */
const MAX_PENDING = 3;

const LISTED_COLUMNS =
  'user_id AS userId, username, email, full_name AS fullName, phone_number AS phoneNumber, address, role, ' +
  'email_verified AS emailVerified, pending_email AS pendingEmail, created_at AS createdAt, updated_at AS updatedAt, version';

/** Sets times, versions and the comparable form of an e-mail address itself. */
@Injectable()
export class UsersRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: Tx, fields: NewUser): Promise<User> {
    const now = this.clock.now();
    const key = emailKey(fields.email);
    const made = {
      emailKey: key,
      pendingEmail: null,
      pendingEmailKey: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    const user = Object.assign(new User(), fields, made);
    await this.namingConflicts(this.database.repository(User, tx).insert(user));
    return user;
  }

  /** Writes the changes with the next version. The caller holds the user's lock. */
  async change(tx: Tx, user: User, change: UserChange): Promise<User> {
    const written = {
      ...change,
      ...(change.email !== undefined && { emailKey: emailKey(change.email) }),
      ...(change.pendingEmail !== undefined && {
        pendingEmailKey: change.pendingEmail === null ? null : emailKey(change.pendingEmail),
      }),
      updatedAt: this.clock.now(),
      version: user.version + 1,
    };
    await this.namingConflicts(this.database.repository(User, tx).update({ userId: user.userId }, written));
    return Object.assign(user, written);
  }

  /** Same password, new hash parameters: readers see no difference, so the version stays. */
  async rehash(tx: Tx, user: User, passwordHash: string): Promise<void> {
    await this.database.repository(User, tx).update({ userId: user.userId }, { passwordHash });
  }

  /** Deletes the row; sessions and account tokens are deleted with it. */
  async remove(tx: Tx, user: User): Promise<void> {
    await this.database.repository(User, tx).delete({ userId: user.userId });
  }

  /** Called for every order, so prepared SQL: building an entity would cost more than the query. */
  async findIdentity(userId: number): Promise<UserIdentity | undefined> {
    const sql = 'SELECT user_id, email, full_name, role, email_verified FROM users WHERE user_id = ?';
    const [found] = await this.database.query<UserIdentity>(sql, [userId]);
    return found && { ...found, email_verified: Boolean(found.email_verified) };
  }

  findById(userId: number, tx?: Tx): Promise<User | null> {
    return this.database.repository(User, tx).findOneBy({ userId });
  }

  findByEmail(email: string, tx?: Tx): Promise<User | null> {
    return this.database.repository(User, tx).findOneBy({ emailKey: emailKey(email) });
  }

  /** Users who have not verified this new address yet, oldest first, at most `MAX_PENDING`. */
  findPending(email: string): Promise<User[]> {
    const where = { pendingEmailKey: emailKey(email) };
    return this.database.repository(User).find({ where, order: { userId: 'ASC' }, take: MAX_PENDING });
  }

  /** Null if the caller may not see the user: people see themselves, staff see everybody. */
  findVisible(caller: Caller, userId: number): Promise<User | null> {
    return this.database
      .repository(User)
      .findOneBy(ownedBy(userId, hasRole(caller, 'staff') ? undefined : caller.user_id));
  }

  /** As `lockChangeable`, but without a lock, for checks before the transaction. */
  findChangeable(caller: Caller, userId: number): Promise<User | null> {
    return this.database
      .repository(User)
      .findOneBy(ownedBy(userId, hasRole(caller, 'admin') ? undefined : caller.user_id));
  }

  /** As `lock`, but null if the caller may not change the user: people change themselves, administrators everybody. */
  lockChangeable(tx: Tx, caller: Caller, userId: number): Promise<User | null> {
    return this.locked(tx, ownedBy(userId, hasRole(caller, 'admin') ? undefined : caller.user_id));
  }

  /** Every change of a user and every new session takes this lock first, so one person's changes run one at a time. */
  lock(tx: Tx, userId: number): Promise<User | null> {
    return this.locked(tx, { userId });
  }

  async list(filter: UserFilter, request: ListRequest): Promise<Page<ListedUser>> {
    const query = ListQuery.from<ListedUser>('users', LISTED_COLUMNS).sortable(USER_SORTS, 'user_id');
    if (filter.q !== undefined) {
      const part = `%${filter.q.replace(/[!%_]/g, '!$&')}%`;
      const columns = ['full_name', 'email_key', 'username'].map((column) => `${column} LIKE ? ESCAPE '!'`);
      query.where(columns.join(' OR '), part, part.toLowerCase(), part.toLowerCase());
    }
    if (filter.email !== undefined) query.where('email_key = ?', emailKey(filter.email));
    if (filter.role !== undefined) query.where('role = ?', filter.role);
    if (filter.created_from) query.where('created_at >= ?', filter.created_from);
    if (filter.created_to) query.where('created_at <= ?', filter.created_to);
    const page = await query.page(this.database, request);
    return { ...page, items: page.items.map((row) => this.toListedUser(row)) };
  }

  /** Counts the administrators and locks them: none can lose the role or be erased before this transaction ends. */
  async countAdmins(tx: Tx): Promise<number> {
    const sql = `SELECT user_id FROM users WHERE role = ?${forUpdate(this.database.dialect)}`;
    return (await this.database.query(sql, ['admin'], tx)).length;
  }

  async hasAdmin(): Promise<boolean> {
    return this.database.repository(User).existsBy({ role: 'admin' });
  }

  private locked(tx: Tx, where: FindOptionsWhere<User>): Promise<User | null> {
    return this.database.repository(User, tx).findOne({ where, ...locking(this.database.dialect) });
  }

  /** Raw rows have dates and booleans in the dialect's own form. */
  private toListedUser(row: ListedUser): ListedUser {
    return {
      ...row,
      emailVerified: Boolean(row.emailVerified),
      createdAt: this.database.date(row.createdAt),
      updatedAt: this.database.date(row.updatedAt),
    };
  }

  private async namingConflicts<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (this.database.isDuplicate(error, 'email_key')) throw emailTaken();
      if (this.database.isDuplicate(error, 'username')) throw usernameTaken();
      throw error;
    }
  }
}

/** The owner is part of the query, so a caller without the right finds nothing. */
function ownedBy(userId: number, owner: number | undefined): FindOptionsWhere<User> {
  return { userId: owner === undefined ? userId : And(Equal(userId), Equal(owner)) };
}
