import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule } from '@app/http';
import { DomainError } from '@app/kernel';
import { DevController } from './dev/dev.controller.js';
import { LocalPayments } from './dev/local-payments.js';
import { LocalQueues } from './dev/local-queues.js';
import { PaymentsPageController } from './dev/payments-page.controller.js';
import { PaymentsController } from './dev/payments.controller.js';
import { Stories } from './dev/stories.js';
import { Mailbox } from './embedded/mailbox.js';
import { Services } from './services.js';

/** A service with a failing part answers after 1.5 s, and may still be ready. */
const LONGEST_MS = 1_900;

/** The console's sources. */
export interface LocalParts {
  services: Services;
  queues: LocalQueues;
  mailbox: Mailbox;
  payments: LocalPayments;
  /** Only if the services run in this process. */
  stories?: Stories;
}

/** The gateway's `$default`: health of the whole platform, the documents, and the console for this machine. */
@Module({})
export class LocalAppModule {
  static forParts(parts: LocalParts): DynamicModule {
    return {
      ...LocalAppModule.forServices(parts.services),
      controllers: [DevController, PaymentsController, PaymentsPageController],
      providers: [
        { provide: LocalQueues, useValue: parts.queues },
        ...(parts.stories ? [{ provide: Stories, useValue: parts.stories }] : []),
        { provide: LocalPayments, useValue: parts.payments },
        { provide: Mailbox, useValue: parts.mailbox },
      ],
    };
  }

  /** Without the console, since its parts run elsewhere. */
  static forServices(services: Services): DynamicModule {
    return {
      module: LocalAppModule,
      imports: [
        HealthModule.forRoot({
          checks: Object.fromEntries(
            services.names.map((name) => [
              name,
              { critical: true, check: () => expectReady(services, name), deadlineMs: LONGEST_MS },
            ]),
          ),
        }),
      ],
    };
  }
}

async function expectReady(services: Services, name: string): Promise<void> {
  const { status } = await services.get(name, '/health/ready');
  if (status !== 200) throw new DomainError('service-unavailable', `The ${name} service is not ready.`);
}
