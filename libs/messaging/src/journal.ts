import { systemTime } from '@app/kernel';
import { declareMetric, type Logger, type Metrics, NoMetrics } from '@app/telemetry';

export interface JournalOptions {
  logger: Logger;
  metrics?: Metrics | undefined;
}

const MESSAGES = declareMetric(
  'duration',
  'message_seconds',
  'Events and commands, and how long their handling took.',
  ['kind', 'name', 'outcome'],
);
const AGE = declareMetric(
  'duration',
  'event_age_seconds',
  'From the fact to its consumption: outbox, topic and queue together.',
  ['name'],
);

const LINES = {
  event: { done: 'event consumed', failed: 'event failed; it will be delivered again' },
  command: { done: 'command', failed: 'command failed' },
} as const;

/** Writes one log line and one measurement per message. */
export class Journal {
  /** Without redaction: these lines contain no secrets, and a search in each would cost more than writing it. */
  private readonly logger: Logger;
  private readonly metrics: Metrics;

  constructor({ logger, metrics }: JournalOptions) {
    this.logger = logger.child({}, { redact: [] });
    this.metrics = metrics ?? new NoMetrics();
  }

  /** Measures the time from `occurredAt` to now. */
  age(name: string, occurredAt: string): void {
    this.metrics.time(AGE, { name }, Math.max(0, systemTime() - Date.parse(occurredAt)) / 1_000);
  }

  /** `ms` is the duration. Also used for a command that was rejected for a business reason. */
  done(kind: keyof typeof LINES, name: string, ms: number, about: object): void {
    this.measure(kind, name, ms, 'done');
    this.logger.info({ ...about, ms: rounded(ms) }, LINES[kind].done);
  }

  failed(kind: keyof typeof LINES, name: string, ms: number, about: object): void {
    this.measure(kind, name, ms, 'failed');
    this.logger.error({ ...about, ms: rounded(ms) }, LINES[kind].failed);
  }

  private measure(kind: keyof typeof LINES, name: string, ms: number, outcome: 'done' | 'failed'): void {
    this.metrics.time(MESSAGES, { kind, name, outcome }, ms / 1_000);
  }
}

const rounded = (ms: number) => Math.round(ms * 10) / 10;
