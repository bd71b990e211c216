import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { withMessageDefaults } from '@app/messaging';
import type { CustomTransportStrategy } from '@nestjs/microservices';

/**
 * Boots once per Lambda instance and keeps the result. A failed boot is forgotten, so that the next invocation tries
 * again instead of answering the first one's error for the rest of the instance's life.
 */
export function bootOnce<T>(boot: () => Promise<T>): () => Promise<T> {
  let booted: Promise<T> | undefined;
  return () => {
    booted ??= boot().catch((error: unknown) => {
      booted = undefined;
      throw error;
    });
    return booted;
  };
}

/** Registers the module's message handlers on `server` without listening: the Lambda runtime feeds it. */
export async function createMessageServer<S extends CustomTransportStrategy>(
  module: DynamicModule,
  server: S,
  logger: LoggerService,
): Promise<S> {
  const microservice = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
  await withMessageDefaults(microservice).init();
  return server;
}
