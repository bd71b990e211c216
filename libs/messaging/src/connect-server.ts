import type { INestApplication, INestMicroservice } from '@nestjs/common';
import type { CustomTransportStrategy, NestMicroservice } from '@nestjs/microservices';
import { MessageExceptionFilter } from './message-exception-filter.js';
import { MessageValidationPipe } from './message-validation-pipe.js';

/** What every message handler of the platform relies on: its payload validated, its errors left as they are. */
export function withMessageDefaults<M extends INestMicroservice>(microservice: M): M {
  microservice.useGlobalFilters(new MessageExceptionFilter());
  microservice.useGlobalPipes(new MessageValidationPipe());
  return microservice;
}

/**
 * Adds a message server to an HTTP application; `startAllMicroservices` starts it. Nest would bind the handlers at
 * once, before the filter and the pipe are there, and so without them: hence deferred, with the module's init hooks
 * left to the application.
 */
export function connectServer(app: INestApplication, server: CustomTransportStrategy): void {
  const microservice = app.connectMicroservice({ strategy: server }, { deferInitialization: true });
  withMessageDefaults(microservice);
  (microservice as NestMicroservice).setIsInitHookCalled(true);
}
