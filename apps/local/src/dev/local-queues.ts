import { type AuditLog, localOperator } from '@app/audit';
import { type Consumer, CONSUMERS, names } from '@app/events';
import { DomainError, notFound } from '@app/kernel';
import { Queues } from '@app/messaging';
import type { EmbeddedAws } from '../embedded/aws.js';
import type { QueueRow } from './dev.page.js';
import type { ShownQueue } from './queue.page.js';
import type { RequestJournal } from './request-journal.js';

const SHOWN = 100;
const { queue, deadLetterQueue } = names('local');

export interface LocalQueuesOptions {
  aws: EmbeddedAws;
  region: string;
  /** Of the service that consumes a queue; none where it is another process. */
  audit?: (app: Consumer) => AuditLog | undefined;
  journal?: RequestJournal;
}

/** The embedded queues as the console shows them: looking takes no message away from anybody. */
export class LocalQueues {
  constructor(private readonly options: LocalQueuesOptions) {}

  depths(): QueueRow[] {
    return CONSUMERS.flatMap((app) =>
      [queue(app), deadLetterQueue(app)].map((name) => ({
        name,
        ...(this.options.aws.depth(name) ?? { ready: 0, delayed: 0, in_flight: 0 }),
      })),
    );
  }

  show(name: string): ShownQueue {
    const messages = this.options.aws.messages(name);
    if (!messages) throw notFound('queue');
    const redrivable = CONSUMERS.some((app) => deadLetterQueue(app) === name);
    return { name, total: messages.length, messages: messages.slice(0, SHOWN), redrivable };
  }

  /** Moves the dead letters that are there now back to their queue. */
  async redrive(name: string): Promise<void> {
    const app = CONSUMERS.find((consumer) => deadLetterQueue(consumer) === name);
    if (!app) throw new DomainError('not-found', 'Only dead letters can be moved back.');
    const { aws, region, audit, journal } = this.options;
    const letters = aws.messages(name) ?? [];
    for (const { body } of letters) journal?.note({ ...eventOf(body), service: app, message: 'dead letter redriven' });
    const queues = new Queues({ region, endpoint: aws.endpoint });
    try {
      const moved = await queues.redrive(await queues.url(name), await queues.url(queue(app)), {
        limit: letters.length,
      });
      const states = {
        before: { dead_letters: letters.length },
        after: { dead_letters: letters.length - moved, moved },
      };
      await audit?.(app)?.record({ operator: localOperator(), action: 'dlq.redrive', target: app, ...states });
    } finally {
      queues.close();
    }
  }
}

function eventOf(body: string): { request_id: string; event_id?: unknown; event_type?: unknown } {
  try {
    const { request_id, event_id, event_type } = JSON.parse(body) as Record<string, unknown>;
    return { request_id: String(request_id), event_id, event_type };
  } catch {
    return { request_id: '' };
  }
}
