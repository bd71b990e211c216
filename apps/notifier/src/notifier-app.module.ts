import { databaseAccess } from '@app/config';
import { defineService, type Observed } from '@app/service';
import { Metrics } from '@app/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { notifierDatabase } from './database/data-source.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { Mailer } from './mailer/mailer.js';
import { SesMailer } from './mailer/ses-mailer.js';
import { DeliveryService, LOGGER } from './notifications/delivery.service.js';
import { EmailLedger, LedgerSettings } from './notifications/email-ledger.js';
import { EmailsRepository } from './notifications/emails.repository.js';
import { StrangerLimits } from './notifications/stranger-limits.js';
import { NotificationSettings } from './notifications/notification-settings.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { NotificationsService } from './notifications/notifications.service.js';
import { PartNotificationsController } from './notifications/part-notifications.controller.js';
import { PartNotificationsService } from './notifications/part-notifications.service.js';
import { PaymentNotificationsController } from './notifications/payment-notifications.controller.js';
import { PaymentNotificationsService } from './notifications/payment-notifications.service.js';
import { StaffNotificationsController } from './notifications/staff-notifications.controller.js';
import { StaffNotificationsService } from './notifications/staff-notifications.service.js';
import { NotifierConfig } from './notifier.config.js';
import { manifest } from './notifier.manifest.js';

export { previews } from './notifications/templates/previews.js';

/** Messages worked on at the same time; each holds at most one connection, and only for moments. */
const CONCURRENCY = 10;

@Module({})
export class NotifierAppModule {
  static forConfig(config: NotifierConfig, { logger, metrics }: Observed): DynamicModule {
    const { ACCOUNT_URL, PAYMENT_URL, STAFF_EMAIL } = config;
    const settings = new NotificationSettings(ACCOUNT_URL.replace(/\/+$/, ''), new URL(PAYMENT_URL), STAFF_EMAIL);
    return {
      module: NotifierAppModule,
      controllers: [
        NotificationsController,
        PartNotificationsController,
        PaymentNotificationsController,
        StaffNotificationsController,
      ],
      providers: [
        NotificationsService,
        PartNotificationsService,
        PaymentNotificationsService,
        StaffNotificationsService,
        DeliveryService,
        EmailLedger,
        FeedbackService,
        EmailsRepository,
        StrangerLimits,
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

export const service = defineService(manifest, {
  config: NotifierConfig,
  module: (config, observed) => NotifierAppModule.forConfig(config, observed),
  database: (config) => notifierDatabase(databaseAccess(config)),
  concurrency: CONCURRENCY,
});
