import { loadConfig, secretEnvironment } from '@app/config';
import { Database, watchDatabase } from '@app/database';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, scheduledHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay, watchOutbox } from '@app/outbox';
import { createLogger, EmfMetrics, NestLogger } from '@app/telemetry';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { createEventServer, createServiceHttpApp, rootModule } from './create-app.js';
import type { BaseConfig, Observed, Service } from './define-service.js';
import type { Manifest } from './manifest.js';

interface Handlers {
  http: ReturnType<typeof httpHandler>;
  rpc: ReturnType<typeof rpcHandler>;
  events: ReturnType<typeof sqsHandler>;
  relay: ReturnType<typeof scheduledHandler>;
  /** The service's providers without any input, for a function of its own kind. */
  context: () => Promise<INestApplicationContext>;
}

/**
 * The service's Lambda functions: `http` for API Gateway, `rpc` for other services' commands, `events` for its queue, and
 * `relay`, which publishes every minute what no request could and sweeps. Each starts at its first event, alone.
 */
export function lambdaHandlers<C extends BaseConfig>(service: Service<C>): Handlers {
  const settings = bootOnce(() => settingsOf(service));
  const server = async <S extends CustomTransportStrategy>(
    create: (config: C, observed: Observed) => S,
  ): Promise<S> => {
    const { config, ...observed } = await settings();
    const module = rootModule(service, config, observed);
    return createMessageServer(module, create(config, observed), new NestLogger(observed.logger), (app) => {
      if (service.database) watchDatabase(observed.metrics, app.get(Database));
    });
  };
  const context = async (): Promise<INestApplicationContext> => {
    const { config, ...observed } = await settings();
    const logger = new NestLogger(observed.logger);
    return NestFactory.createApplicationContext(rootModule(service, config, observed), { logger, abortOnError: false });
  };
  return {
    context,
    http: httpHandler(async () => {
      const { config, ...observed } = await settings();
      return createServiceHttpApp(service, config, observed);
    }),
    rpc: rpcHandler(() => server((_, observed) => new LambdaServer(observed))),
    events: sqsHandler(() => server((config, observed) => createEventServer(service, config, observed))),
    relay: relayHandler(service, context, async () => (await settings()).metrics),
  };
}

/** A function of its service outside the network (`outside` in the manifest), with settings and providers of its own. */
export interface OutsideFunction<C extends FunctionConfig> {
  readonly manifest: Manifest;
  readonly config: new () => C;
  /** Its command handlers, and what they need. */
  readonly module: (config: C) => DynamicModule;
}

type FunctionConfig = Pick<BaseConfig, 'STAGE' | 'LOG_LEVEL'>;

/** The Lambda handler of a function outside the network: it answers the commands of its service's other functions. */
export function outsideHandler<C extends FunctionConfig>(own: OutsideFunction<C>): Handlers['rpc'] {
  return rpcHandler(async () => {
    const { config, ...observed } = await settingsOf(own);
    return createMessageServer(own.module(config), new LambdaServer(observed), new NestLogger(observed.logger));
  });
}

async function settingsOf<C extends FunctionConfig>({
  manifest: { name },
  config: contract,
}: {
  manifest: Manifest;
  config: new () => C;
}) {
  const config = loadConfig(contract, await secretEnvironment());
  const logger = createLogger({ service: name, level: config.LOG_LEVEL });
  return { config, logger, metrics: new EmfMetrics({ service: name, stage: config.STAGE }) };
}

/** Publishes what no request could, and sweeps. */
function relayHandler<C extends BaseConfig>(
  { begin, sweeps = [] }: Service<C>,
  context: Handlers['context'],
  metrics: () => Promise<EmfMetrics>,
): Handlers['relay'] {
  return scheduledHandler(
    async () => {
      const app = await context();
      watchOutbox(await metrics(), app.get(Database));
      await begin?.(app);
      return app;
    },
    async (app) => {
      // A long backlog or a failure of one delays no other; what failed is the function's failure.
      const work = [app.get(Relay), ...sweeps.map(({ sweeper }) => app.get(sweeper))].map((each) => each.sweep());
      const outcomes = await Promise.allSettled<unknown>(work);
      await (await metrics()).reportGauges();
      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
      if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
    },
  );
}
