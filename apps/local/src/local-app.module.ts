import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule } from '@app/http';
import { DomainError } from '@app/kernel';
import { DevController } from './dev/dev.controller.js';
import { LocalQueues } from './dev/local-queues.js';
import { Stories } from './dev/stories.js';
import { Mailbox } from './embedded/mailbox.js';
import { Services } from './services.js';

/** A service that waits for a part in trouble answers after 1.5 s, and may be well enough. */
const LONGEST_MS = 1_900;

/** What the console shows. */
export interface LocalParts {
  services: Services;
  queues: LocalQueues;
  mailbox: Mailbox;
  /** Only where the services are in this process. */
  stories?: Stories;
}

/** What the gateway's `$default` serves here: health of the whole, the documents, and the console for this machine. */
@Module({})
export class LocalAppModule {
  static forParts(parts: LocalParts): DynamicModule {
    return {
      ...LocalAppModule.forServices(parts.services),
      controllers: [DevController],
      providers: [
        { provide: LocalQueues, useValue: parts.queues },
        ...(parts.stories ? [{ provide: Stories, useValue: parts.stories }] : []),
        { provide: Mailbox, useValue: parts.mailbox },
      ],
    };
  }

  /** Without the console: its parts are elsewhere. */
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
