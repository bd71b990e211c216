import { type Envelope, parseMessage } from '@app/events';
import { newContext, runWithContext, traceId } from '@app/kernel';
import type { Logger, Metrics } from '@app/telemetry';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { AwsOptions } from './aws-options.js';
import { EventContext } from './event-context.js';
import { describeFailure, MissingHandlerError } from './failure.js';
import { Journal } from './journal.js';
import { SqsPoller } from './sqs-poller.js';

/** The name under which an unreadable message is logged. */
const UNREADABLE = 'unreadable';

/** Transport id of event handlers: `@EventPattern<string>('order.created', SQS)`. */
export const SQS: unique symbol = Symbol('SQS');

export interface SqsServerOptions extends AwsOptions {
  queueUrl: string;
  /** Maximum number of concurrent messages; default 10. */
  concurrency?: number;
  /** Visibility timeout of a received message, which is extended while its handlers run; default 90. */
  visibilityTimeoutSeconds?: number;
  logger: Logger;
  metrics?: Metrics | undefined;
}

/** A message from the poller or the Lambda runtime. */
export interface QueueMessage {
  messageId: string;
  body: string;
  /** 1 on the first delivery. */
  receiveCount?: number;
}

/**
 * Nest's server side of a queue. `dispatch` resolves only when all handlers of the event have succeeded; only then its
 * caller (the poller here, an event source mapping on Lambda) acknowledges the message. Delivery is at least once:
 * handlers must be idempotent.
 */
export class SqsServer extends Server implements CustomTransportStrategy {
  override readonly transportId = SQS;
  /** `dispatch` awaits the handlers and passes on their failures; without this Nest would log and drop them. */
  override readonly propagatesEventHandlerErrors = true;
  private poller: SqsPoller | undefined;
  private readonly journal: Journal;

  constructor(private readonly options: SqsServerOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.journal = new Journal(options);
  }

  /** Runs the handlers of a message in the request context of its envelope. Rejects unless all have succeeded. */
  async dispatch(message: QueueMessage): Promise<void> {
    const began = performance.now();
    const about: Record<string, unknown> = { message_id: message.messageId, receive_count: message.receiveCount ?? 1 };
    let name = UNREADABLE;
    try {
      const envelope = parseMessage(message.body);
      const { event_id, event_type, request_id } = envelope;
      name = event_type;
      const context = newContext({ requestId: request_id, traceparent: envelope.traceparent });
      Object.assign(about, { event_id, event_type, request_id, trace_id: traceId(context) });
      this.journal.age(event_type, envelope.occurred_at);
      await runWithContext(context, () =>
        this.handle(envelope, new EventContext([envelope, message.receiveCount ?? 1])),
      );
      this.journal.done('event', name, performance.now() - began, about);
    } catch (error) {
      this.journal.failed('event', name, performance.now() - began, { ...about, ...describeFailure(error) });
      throw error;
    }
  }

  override listen(callback: () => void): void {
    this.poller = new SqsPoller(this.options, (message) => this.dispatch(message));
    this.poller.start();
    callback();
  }

  /** Rejects when the queue does not respond, or when the server does not listen. */
  async ping(): Promise<void> {
    if (!this.poller) throw new Error('The server does not listen to its queue.');
    await this.poller.ping();
  }

  override async close(): Promise<void> {
    await this.poller?.stop();
    this.poller = undefined;
  }

  override on(): void {
    throw new Error('The SQS server emits no events.');
  }

  override unwrap<T>(): T {
    return this.poller as T;
  }

  /**
   * Not Nest's handleEvent: it resolves even if the handler threw or does not exist, and the message would be
   * acknowledged unprocessed.
   */
  protected async handle(envelope: Envelope, context: EventContext): Promise<void> {
    const handler = this.getHandlerByPattern(envelope.event_type);
    if (!handler?.isEventHandler) throw new MissingHandlerError(envelope.event_type);
    const result = this.transformToObservable<unknown>(await handler(envelope.payload, context));
    await lastValueFrom(result, { defaultValue: undefined });
  }
}
