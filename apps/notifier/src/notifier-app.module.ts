import { databaseAccess } from '@app/config';
import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { createHttpApp, HealthChecks, HealthModule } from '@app/http';
import { Clock, type Logger, Metrics, NoMetrics, SystemClock } from '@app/kernel';
import { connectServer, SqsServer } from '@app/messaging';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { notifierDatabase } from './database/data-source.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { Mailer } from './mailer/mailer.js';
import { SesMailer } from './mailer/ses-mailer.js';
import { DeliveryService, LOGGER } from './notifications/delivery.service.js';
import { EmailLedger, LedgerSettings } from './notifications/email-ledger.js';
import { EmailsRepository } from './notifications/emails.repository.js';
import { StrangerLimits } from './notifications/stranger-limits.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { NotificationSettings, NotificationsService } from './notifications/notifications.service.js';
import type { NotifierConfig } from './notifier.config.js';

export { previews } from './notifications/templates/previews.js';

/** Messages worked on at the same time; each holds at most one connection, and only for moments. */
const CONCURRENCY = 10;

@Module({})
export class NotifierAppModule {
  static forConfig(config: NotifierConfig, logger: Logger, metrics: Metrics = new NoMetrics()): DynamicModule {
    const settings = new NotificationSettings(config.ACCOUNT_URL.replace(/\/+$/, ''), config.STAFF_EMAIL);
    return {
      module: NotifierAppModule,
      imports: [
        DatabaseModule.forRoot(notifierDatabase(databaseAccess(config))),
        HealthModule.forRoot({
          inject: [Database],
          checks: (database: Database) => ({ database: { check: () => database.ping(), critical: true } }),
        }),
      ],
      controllers: [NotificationsController],
      providers: [
        NotificationsService,
        DeliveryService,
        EmailLedger,
        FeedbackService,
        EmailsRepository,
        StrangerLimits,
        { provide: Clock, useClass: SystemClock },
        { provide: LOGGER, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: NotificationSettings, useValue: settings },
        { provide: LedgerSettings, useValue: new LedgerSettings(config.FINGERPRINT_KEY) },
        { provide: Mailer, useFactory: () => sesMailer(config) },
      ],
    };
  }
}

function sesMailer(config: NotifierConfig): SesMailer {
  const endpoint = config.AWS_ENDPOINT_URL_SES ?? config.AWS_ENDPOINT_URL;
  return new SesMailer({ region: config.AWS_REGION, endpoint, from: config.MAIL_FROM });
}

/** The queue's side of this app, fed by its own poller here and by the Lambda runtime on AWS. */
export function createEventServer(config: NotifierConfig, logger: Logger, metrics?: Metrics): SqsServer {
  return new SqsServer({
    queueUrl: config.QUEUE_URL,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
    concurrency: CONCURRENCY,
    logger,
    metrics,
  });
}

/** The HTTP side (health only) without the queue. */
export async function createNotifierHttpApp(
  config: NotifierConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(NotifierAppModule.forConfig(config, logger, metrics), {
    service: 'notifier',
    logger,
    metrics,
    corsOrigins: config.CORS_ORIGINS,
    strictPreconditions: false,
    docs: config.DOCS,
    title: 'Notifier',
    bearer: false,
  });
  watchDatabase(metrics, app.get(Database));
  return app;
}

/** The app with its queue already consumed; HTTP does not listen yet. `close()` lets running deliveries end. */
export async function createNotifierApp(
  config: NotifierConfig,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const app = await createNotifierHttpApp(config, logger, metrics);
  const queue = createEventServer(config, logger, metrics);
  connectServer(app, queue);
  app.get(HealthChecks).add('queue', { check: () => queue.ping(), critical: false });
  await app.init();
  await app.startAllMicroservices();
  return app;
}
