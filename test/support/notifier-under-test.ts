import { randomUUID } from 'node:crypto';
import { Database } from '@app/database';
import type { Envelope } from '@app/events';
import { Clock } from '@app/kernel';
import { SqsServer, withMessageDefaults } from '@app/messaging';
import { rootModule } from '@app/service';
import { createLogger, NoMetrics } from '@app/telemetry';
import { Test } from '@nestjs/testing';
import { Mailer, type OutgoingEmail } from '../../apps/notifier/src/mailer/mailer.js';
import { service as notifier } from '../../apps/notifier/src/notifier-app.module.js';
import type { NotifierConfig } from '../../apps/notifier/src/notifier.config.js';
import { EmailLedger } from '../../apps/notifier/src/notifications/email-ledger.js';
import { Email } from '../../apps/notifier/src/notifications/email.entity.js';

/** Records e-mails; `next` lets a test make it fail. */
export class RecordingMailer extends Mailer {
  readonly sent: OutgoingEmail[] = [];
  next: (email: OutgoingEmail) => Promise<void> = () => Promise.resolve();

  override async send(email: OutgoingEmail): Promise<string> {
    await this.next(email);
    this.sent.push(email);
    return `message-${this.sent.length}`;
  }

  templatesTo(address: string): (string | undefined)[] {
    return this.sent.filter(({ to }) => to === address).map(({ tags }) => tags['template']);
  }
}

export class SettableClock extends Clock {
  private ahead = 0;

  override now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}

/** The notifier on a database; it gets single messages and keeps its e-mails in memory. */
export class NotifierUnderTest {
  readonly mailer = new RecordingMailer();
  readonly clock = new SettableClock();
  readonly lines: string[] = [];
  private readonly server: SqsServer;

  private constructor(
    private readonly logger = createLogger({
      service: 'test',
      level: 'info',
      destination: { write: (line) => void this.lines.push(line) },
    }),
  ) {
    this.server = new SqsServer({ queueUrl: 'http://127.0.0.1:1/none', region: 'eu-west-1', logger: this.logger });
  }

  close: () => Promise<void>;
  ledger: EmailLedger;
  private database: Database;

  static async start(
    databaseUrl: string,
    over: Partial<Record<keyof NotifierConfig, unknown>> = {},
  ): Promise<NotifierUnderTest> {
    const made = new NotifierUnderTest();
    const config = {
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: 5,
      AWS_REGION: 'eu-west-1',
      MAIL_FROM: 'shop@example.com',
      ACCOUNT_URL: 'https://shop.example/account/',
      PAYMENT_URL: 'https://shop.example/pay',
      STAFF_EMAIL: 'staff@example.com',
      FINGERPRINT_KEY: 'k'.repeat(32),
      ...over,
    } as NotifierConfig;
    const module = await Test.createTestingModule({
      imports: [rootModule(notifier, config, { logger: made.logger, metrics: new NoMetrics() })],
    })
      .overrideProvider(Mailer)
      .useValue(made.mailer)
      .overrideProvider(Clock)
      .useValue(made.clock)
      .compile();
    const app = withMessageDefaults(module.createNestMicroservice({ strategy: made.server, logger: false }));
    await app.init();
    made.ledger = app.get(EmailLedger);
    made.database = app.get(Database);
    made.close = () => app.close();
    return made;
  }

  deliver(event: Envelope | string, receiveCount = 1): Promise<void> {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    return this.server.dispatch({ messageId: randomUUID(), body, receiveCount });
  }

  /** Retries as the queue does: until success, a limited number of times. */
  async deliverUntilTaken(event: Envelope): Promise<void> {
    for (let receive = 1; ; receive++) {
      try {
        return await this.deliver(event, receive);
      } catch (error) {
        if (receive === 5) throw error;
      }
    }
  }

  emails(event: { event_id: string }): Promise<Email[]> {
    return this.database.repository(Email).findBy({ eventId: event.event_id });
  }

  async email(event: { event_id: string }): Promise<Email> {
    const [email] = await this.emails(event);
    if (!email) throw new Error('The ledger has no such e-mail.');
    return email;
  }

  rows(table: string): Promise<Record<string, unknown>[]> {
    return this.database.query(`SELECT * FROM ${table}`);
  }
}
