import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DynamicModule, INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { backgroundSettled } from '@app/async';
import { withMessageDefaults } from '@app/messaging';
import type { CustomTransportStrategy } from '@nestjs/microservices';

/** Milliseconds for background work after a request. Then Lambda freezes the process; a schedule does the rest. */
const BACKGROUND_MS = 300;

/** A Lambda handler that can start the app before its first event. */
export type Handler<E, C, R> = ((event: E, context: C) => Promise<R>) & { prepare: () => Promise<void> };

/**
 * Boots once per Lambda instance and keeps the result. A failed boot is forgotten, so that the next invocation tries
 * again instead of returning the same error for the life of the instance.
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

/**
 * Creates a handler on a boot that happens once. Background work gets 300 ms before the response is returned. Two
 * parameters only: with a third the runtime would wait for a callback, which Node 24 on Lambda no longer has.
 */
export function handlerOf<B, E, C, R>(
  boot: () => Promise<B>,
  handle: (booted: B, event: E, context: C) => Promise<R>,
): Handler<E, C, R> {
  const booted = bootOnce(boot);
  const handler = async (event: E, context: C): Promise<R> => {
    const answer = await handle(await booted(), event, context);
    // The request's log line is written one turn after its response has ended.
    await nextTurn();
    await backgroundSettled(BACKGROUND_MS);
    return answer;
  };
  return Object.assign(handler, { prepare: async () => void (await booted()) });
}

/** A handler for a schedule: runs `work` on the module's providers, one after the other. */
export function scheduledHandler(
  createContext: () => Promise<INestApplicationContext>,
  work: (app: INestApplicationContext) => Promise<void>,
): Handler<unknown, unknown, void> {
  return handlerOf(createContext, (app) => work(app));
}

/**
 * Registers the module's message handlers on `server` without listening: the Lambda runtime passes the messages.
 * `ready` receives the module's providers.
 */
export async function createMessageServer<S extends CustomTransportStrategy>(
  module: DynamicModule,
  server: S,
  logger: LoggerService,
  ready?: (app: INestApplicationContext) => void,
): Promise<S> {
  const microservice = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
  await withMessageDefaults(microservice).init();
  ready?.(microservice);
  return server;
}
