import { type EventPayloads, type EventType, makeEnvelope } from '@app/events';
import type { Tx } from '@app/database';
import { Clock, currentContext } from '@app/kernel';
import { Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import type { User } from './user.entity.js';

/** What the users service tells the others. Each event joins the caller's transaction. */
@Injectable()
export class UserEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  registered(tx: Tx, user: User): Promise<void> {
    return this.append(tx, user, 'user.registered', addressed(user));
  }

  verificationRequested(tx: Tx, user: User, token: string, expiresAt: Date): Promise<void> {
    const payload = { ...addressed(user), token, expires_at: expiresAt.toISOString() };
    return this.append(tx, user, 'user.verification-requested', payload);
  }

  passwordResetRequested(tx: Tx, user: User, token: string, expiresAt: Date): Promise<void> {
    const payload = { ...addressed(user), token, expires_at: expiresAt.toISOString() };
    return this.append(tx, user, 'user.password-reset-requested', payload);
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
      produced_by: 'users',
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

function addressed({ userId, email, fullName }: User): { user_id: number; email: string; full_name: string } {
  return { user_id: userId, email, full_name: fullName };
}
