import type { Envelope, EventType } from '@app/events';
import { BaseRpcContext } from '@nestjs/microservices';

/** The `@Ctx()` of an event handler. */
export class EventContext extends BaseRpcContext<[Envelope, number]> {
  get envelope(): Envelope {
    return this.args[0];
  }

  /**
   * Returns the event, typed for a handler of these event types.
   *
   * @throws Error for an event of another type, which means a wrong pattern.
   */
  envelopeOf<K extends EventType>(...types: readonly K[]): Envelope<K> {
    const { envelope } = this;
    if (isOf(envelope, types)) return envelope;
    throw new Error(`A handler of ${types.join(', ')} was given ${envelope.event_type}.`);
  }

  /** 1 on the first delivery. Approximate, like SQS's own count. */
  get receiveCount(): number {
    return this.args[1];
  }
}

function isOf<K extends EventType>(envelope: Envelope, types: readonly K[]): envelope is Envelope<K> {
  return (types as readonly EventType[]).includes(envelope.event_type);
}
