import type { EventType, OlderEventType } from './event-types.js';

export const CONSUMERS = ['products', 'orders', 'notifier'] as const;
export type Consumer = (typeof CONSUMERS)[number];

export interface QueueTopology {
  /** What the subscription lets through, by `event_type`. */
  events: readonly (EventType | OlderEventType)[];
  /** Where the filter reads `event_type`: the notifier also takes older messages, which have no attributes. */
  filterScope: 'MessageAttributes' | 'MessageBody';
  visibilityTimeoutSeconds: number;
  /** Receives after which a message moves to the dead-letter queue. */
  maxReceiveCount: number;
  retentionSeconds: number;
  /** Longer than the queue's own: a dead letter keeps its first send time. */
  dlqRetentionSeconds: number;
}

const DEFAULTS = {
  filterScope: 'MessageAttributes',
  visibilityTimeoutSeconds: 90,
  maxReceiveCount: 5,
  retentionSeconds: 345_600,
  dlqRetentionSeconds: 1_209_600,
} as const;

/** The one source of topic, queues, filters and redrive: the local start creates them from it, infra deploys it. */
export const TOPOLOGY: { readonly topic: 'events'; readonly queues: Readonly<Record<Consumer, QueueTopology>> } = {
  topic: 'events',
  queues: {
    products: {
      ...DEFAULTS,
      events: ['order.created', 'order.shipped', 'order.cancelled', 'user.sessions-ended'],
    },
    orders: { ...DEFAULTS, events: ['user.deleted', 'user.email-verified', 'user.sessions-ended'] },
    notifier: {
      ...DEFAULTS,
      filterScope: 'MessageBody',
      events: [
        'order.created',
        'order.paid',
        'order.shipped',
        'order.completed',
        'order.cancelled',
        'user.verification-requested',
        'user.password-reset-requested',
        'user.password-changed',
        'user.email-change-requested',
        'user.email-verified',
        'user.deleted',
        'inventory.low',
        'order_created',
        'order_updated',
        'order_shipped',
        'order.updated',
      ],
    },
  },
};

/** The names of a stage's messaging resources. */
export function names(stage: string): {
  topic: string;
  queue: (app: Consumer) => string;
  deadLetterQueue: (app: Consumer) => string;
} {
  return {
    topic: `commerce-${stage}-${TOPOLOGY.topic}`,
    queue: (app) => `commerce-${stage}-${app}`,
    deadLetterQueue: (app) => `commerce-${stage}-${app}-dlq`,
  };
}

/** The filter policy of an app's subscription. */
export function filterPolicy(app: Consumer): { event_type: readonly string[] } {
  return { event_type: TOPOLOGY.queues[app].events };
}
