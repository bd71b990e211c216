import type { EventType, OlderEventType } from './event-types.js';

/** What one service receives, as its manifest says it. */
export interface Listener {
  /** The events its queue brings; left out: it has no queue. */
  readonly hears?: readonly (EventType | OlderEventType)[];
  /** What its queue has other than the usual. */
  readonly queue?: Partial<Omit<QueueTopology, 'events'>>;
}

export interface QueueTopology {
  /** What the subscription lets through, by `event_type`. */
  readonly events: readonly (EventType | OlderEventType)[];
  /** Where the filter reads `event_type`; in the body also for older messages, which have no attributes. */
  readonly filterScope: 'MessageAttributes' | 'MessageBody';
  readonly visibilityTimeoutSeconds: number;
  /** Receives after which a message moves to the dead-letter queue. */
  readonly maxReceiveCount: number;
  readonly retentionSeconds: number;
  /** Longer than the queue's own: a dead letter keeps its first send time. */
  readonly dlqRetentionSeconds: number;
}

export type Queues = Readonly<Record<string, QueueTopology>>;

const USUAL = {
  filterScope: 'MessageAttributes',
  visibilityTimeoutSeconds: 90,
  maxReceiveCount: 5,
  retentionSeconds: 345_600,
  dlqRetentionSeconds: 1_209_600,
} as const;

export function queueOf({ hears = [], queue }: Listener): QueueTopology {
  return { ...USUAL, ...queue, events: hears };
}

/** The queues of all services that receive events: the local start creates them, infra deploys the same. */
export function queuesOf(services: Readonly<Record<string, Listener>>): Queues {
  const listening = Object.entries(services).filter(([, { hears }]) => hears);
  return Object.fromEntries(listening.map(([name, service]) => [name, queueOf(service)]));
}

/** The names of a stage's messaging resources. */
export function names(stage: string): {
  topic: string;
  queue: (app: string) => string;
  deadLetterQueue: (app: string) => string;
} {
  return {
    topic: `commerce-${stage}-events`,
    queue: (app) => `commerce-${stage}-${app}`,
    deadLetterQueue: (app) => `commerce-${stage}-${app}-dlq`,
  };
}

/** The filter policy of a queue's subscription. */
export function filterPolicy({ events }: QueueTopology): { event_type: readonly string[] } {
  return { event_type: events };
}
