import type { EntityClass, MigrationClass } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { Global, Module } from '@nestjs/common';
import { EndedSession } from './ended-session.entity.js';
import { EndedSessionsRepository } from './ended-sessions.repository.js';
import { CreateEndedSessions20261122000004 } from './migrations/20261122000004-create-ended-sessions.js';
import { SessionEventsController } from './session-events.controller.js';
import { StoredEndedSessions } from './stored-ended-sessions.js';

export const SESSIONS_MIGRATIONS: MigrationClass[] = [CreateEndedSessions20261122000004];
export const SESSIONS_ENTITIES: EntityClass[] = [EndedSession];

/**
 * For a service that accepts access tokens but does not issue them: consumes `user.sessions-ended` and reports to
 * libs/auth which older tokens to reject.
 */
@Global()
@Module({
  controllers: [SessionEventsController],
  providers: [{ provide: Clock, useClass: SystemClock }, EndedSessionsRepository, StoredEndedSessions],
  exports: [StoredEndedSessions],
})
export class SessionsModule {}
