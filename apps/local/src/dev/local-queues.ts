import { type AuditLog, localOperator } from '@app/audit';
import { names } from '@app/events';
import { DomainError, notFound } from '@app/kernel';
import { Queues } from '@app/messaging';
import { type Consumer, CONSUMERS } from '../../../manifests.js';
import type { EmbeddedAws } from '../embedded/aws.js';
import type { QueueRow } from './dev.page.js';
import type { ShownQueue } from './queue.page.js';
import type { RequestJournal } from './request-journal.js';

const SHOWN = 100;
const { queue, deadLetterQueue } = names('local');

export interface LocalQueuesOptions {
  aws: EmbeddedAws;
  region: string;
  /** The audit log of a queue's consumer; undefined if that is another process. */
  audit?: (app: Consumer) => AuditLog | undefined;
  journal?: RequestJournal;
}

/** The embedded queues for the console: showing messages does not receive them. */
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

  /**
   * Moves the current dead letters, or one of them, back to their queue.
   *
   * @throws DomainError `not-found` if there is no such letter, `service-unavailable` if a receiver holds it.
   */
  async redrive(name: string, messageId?: string): Promise<void> {
    const app = CONSUMERS.find((consumer) => deadLetterQueue(consumer) === name);
    if (!app) throw new DomainError('not-found', 'Only dead letters can be moved back.');
    const { aws, audit, journal } = this.options;
    const all = aws.messages(name) ?? [];
    const letters = all.filter(({ id }) => messageId === undefined || id === messageId);
    if (messageId !== undefined && letters.length === 0) throw notFound('dead letter');
    for (const { body } of letters) journal?.note({ ...eventOf(body), service: app, message: 'dead letter redriven' });
    const moved = await this.move(name, queue(app), messageId, all.length);
    if (messageId !== undefined && moved === 0)
      throw new DomainError('service-unavailable', 'Somebody holds this dead letter. Try again in a minute.');
    const states = { before: { dead_letters: all.length }, after: { dead_letters: all.length - moved, moved } };
    await audit?.(app)?.record({ operator: localOperator(), action: 'dlq.redrive', target: app, ...states });
  }

  /** Returns the number of moved messages. */
  private async move(from: string, to: string, messageId: string | undefined, limit: number): Promise<number> {
    const { aws, region } = this.options;
    const queues = new Queues({ region, endpoint: aws.endpoint });
    try {
      const [source, target] = [await queues.url(from), await queues.url(to)];
      if (messageId === undefined) return await queues.redrive(source, target, { limit });
      return Number(await queues.redriveOne(source, target, messageId, { limit }));
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
