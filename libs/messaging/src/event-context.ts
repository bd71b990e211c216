import type { Envelope } from '@app/events';
import { BaseRpcContext } from '@nestjs/microservices';

/** What an event handler gets with `@Ctx()`. */
export class EventContext extends BaseRpcContext<[Envelope, number]> {
  get envelope(): Envelope {
    return this.args[0];
  }

  /** 1 on the first delivery. Approximate, as SQS counts. */
  get receiveCount(): number {
    return this.args[1];
  }
}
