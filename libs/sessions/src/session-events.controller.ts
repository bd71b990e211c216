import { SessionsEndedPayload } from '@app/events';
import { SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { StoredEndedSessions } from './stored-ended-sessions.js';

@Controller()
export class SessionEventsController {
  constructor(private readonly sessions: StoredEndedSessions) {}

  @EventPattern<string>('user.sessions-ended', SQS)
  ended(@Payload() { user_id, not_before }: SessionsEndedPayload): Promise<void> {
    return this.sessions.end(user_id, new Date(not_before));
  }
}
