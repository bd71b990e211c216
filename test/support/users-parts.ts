import { Database, openDataSource, type Tx } from '@app/database';
import type { Envelope } from '@app/events';
import { Clock } from '@app/kernel';
import type { Outbox } from '@app/outbox';
import { AccountTokensRepository } from '../../apps/users/src/tokens/account-tokens.repository.js';
import { AccountTokensService } from '../../apps/users/src/tokens/account-tokens.service.js';
import { FailedAttemptsService } from '../../apps/users/src/credentials/failed-attempts.service.js';
import { MailLimitsService } from '../../apps/users/src/tokens/mail-limits.service.js';
import { SessionsRepository } from '../../apps/users/src/sessions/sessions.repository.js';
import { SessionsService } from '../../apps/users/src/sessions/sessions.service.js';
import { WindowCountsRepository } from '../../apps/users/src/credentials/window-counts.repository.js';
import { usersDatabase } from '../../apps/users/src/database/data-source.js';
import { UserEvents } from '../../apps/users/src/accounts/user-events.js';
import type { User } from '../../apps/users/src/accounts/user.entity.js';
import { type NewUser, UsersRepository } from '../../apps/users/src/accounts/users.repository.js';

/** A clock that a test moves. */
export class ManualClock extends Clock {
  private time = new Date('2026-03-01T12:00:00.250Z');

  override now(): Date {
    return this.time;
  }

  advance(ms: number): void {
    this.time = new Date(this.time.getTime() + ms);
  }
}

const SOMEBODY: NewUser = {
  username: null,
  email: 'ada@example.com',
  passwordHash: 'a hash',
  fullName: 'Ada Lovelace',
  phoneNumber: null,
  address: null,
  role: 'customer',
  emailVerified: false,
};

/** The time-dependent services of the users app on a real database, with a manual clock and a readable outbox. */
export class UsersParts {
  readonly clock = new ManualClock();
  readonly published: Envelope[] = [];
  readonly users: UsersRepository;
  readonly sessions: SessionsService;
  readonly tokens: AccountTokensService;
  readonly attempts: FailedAttemptsService;
  private people = 0;

  private constructor(readonly database: Database) {
    const append = (_: Tx, envelope: Envelope) => Promise.resolve(void this.published.push(envelope));
    const events = new UserEvents({ append } as unknown as Outbox, this.clock);
    this.users = new UsersRepository(database, this.clock);
    const secret = { value: 'a key' };
    this.sessions = new SessionsService(
      database,
      new SessionsRepository(database),
      this.users,
      events,
      this.clock,
      secret,
    );
    const counts = new WindowCountsRepository(database);
    const limits = new MailLimitsService(counts, this.clock, secret);
    this.tokens = new AccountTokensService(new AccountTokensRepository(database), limits, events, this.clock);
    this.attempts = new FailedAttemptsService(counts, this.clock, secret);
  }

  static async open(url: string): Promise<UsersParts> {
    return new UsersParts(new Database(await openDataSource(usersDatabase({ url, poolSize: 8 }))));
  }

  /** Creates a person with a unique e-mail, or with that of `fields`. */
  somebody(fields: Partial<NewUser> = {}): Promise<User> {
    const email = `somebody${++this.people}@example.com`;
    return this.database.transaction((tx) => this.users.insert(tx, { ...SOMEBODY, email, ...fields }));
  }
}
