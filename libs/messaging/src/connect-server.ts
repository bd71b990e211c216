import type { INestApplication, INestMicroservice } from '@nestjs/common';
import type { CustomTransportStrategy, NestMicroservice } from '@nestjs/microservices';
import { MessageExceptionFilter } from './message-exception-filter.js';
import { MessageValidationPipe } from './message-validation-pipe.js';

/** Defaults of every message handler: payloads are validated, errors stay as they are. */
export function withMessageDefaults<M extends INestMicroservice>(microservice: M): M {
  microservice.useGlobalFilters(new MessageExceptionFilter());
  microservice.useGlobalPipes(new MessageValidationPipe());
  return microservice;
}

/**
 * Adds a message server to an HTTP application; `startAllMicroservices` starts it. Deferred, because Nest would bind
 * the handlers at once, before the filter and the pipe exist and so without them; the application runs the module's
 * init hooks.
 */
export function connectServer(app: INestApplication, server: CustomTransportStrategy): void {
  const microservice = app.connectMicroservice({ strategy: server }, { deferInitialization: true });
  withMessageDefaults(microservice);
  (microservice as NestMicroservice).setIsInitHookCalled(true);
}
