import { type EventPayloads, type EventType, makeEnvelope } from '@app/events';
import type { Tx } from '@app/database';
import { Clock, currentContext } from '@app/kernel';
import { Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import type { User } from './user.entity.js';

/** A single-use token and the address it is sent to. */
export interface Link {
  email: string;
  email_verified: boolean;
  token: string;
  expires_at: string;
}

/** The events that the users service publishes. Each is appended to the outbox in the caller's transaction. */
@Injectable()
export class UserEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  registered(tx: Tx, user: User): Promise<void> {
    return this.append(tx, user, 'user.registered', addressed(user));
  }

  /** The link goes to `to.email`, which may differ from the user's current address. */
  verificationRequested(tx: Tx, user: User, to: Link): Promise<void> {
    return this.append(tx, user, 'user.verification-requested', { ...addressed(user), ...to });
  }

  passwordResetRequested(tx: Tx, user: User, to: Link): Promise<void> {
    return this.append(tx, user, 'user.password-reset-requested', { ...addressed(user), ...to });
  }

  /** Sent to the current address, which stays valid. */
  emailChangeRequested(tx: Tx, user: User): Promise<void> {
    return this.append(tx, user, 'user.email-change-requested', addressed(user));
  }

  /** `former` is the address that the verified one replaced; it is notified too. */
  emailVerified(tx: Tx, user: User, former: { email: string; verified: boolean } | null): Promise<void> {
    const payload = {
      ...addressed(user),
      former_email: former && former.email,
      former_email_verified: former && former.verified,
    };
    return this.append(tx, user, 'user.email-verified', payload);
  }

  passwordChanged(tx: Tx, user: User): Promise<void> {
    return this.append(tx, user, 'user.password-changed', addressed(user));
  }

  sessionsEnded(tx: Tx, user: User, notBefore: Date): Promise<void> {
    const payload = { user_id: user.userId, not_before: notBefore.toISOString() };
    return this.append(tx, user, 'user.sessions-ended', payload);
  }

  deleted(tx: Tx, user: User): Promise<void> {
    return this.append(tx, user, 'user.deleted', { user_id: user.userId });
  }

  private append<K extends EventType>(tx: Tx, user: User, type: K, payload: EventPayloads[K]): Promise<void> {
    const { requestId, traceparent } = currentContext();
    const envelope = makeEnvelope(type, {
      aggregate_id: user.userId,
      aggregate_version: user.version,
      request_id: requestId,
      traceparent,
      occurred_at: this.clock.now(),
      payload,
    });
    return this.outbox.append(tx, envelope);
  }
}

function addressed({ userId, email, fullName, emailVerified }: User) {
  return { user_id: userId, email, full_name: fullName, email_verified: emailVerified };
}
