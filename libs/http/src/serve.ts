import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { withDeadline } from '@app/async';
import type { Logger } from '@app/telemetry';
import { assertFree, LISTEN_OPTIONS, listenOnExtraSockets } from './listeners.js';

const DRAIN_MS = 10_000;
const IDLE_CHECK_MS = 50;

export interface ServeOptions {
  host: string;
  /** 0 picks a free port. */
  port: number;
  logger: Logger;
  /** Served at /metrics on this port, which no gateway routes to. */
  metrics?: MetricsPage;
}

/** Metrics as text. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface Served {
  url: string;
  /** Stops accepting, waits for running requests (at most 10 s), and closes the app. */
  close: () => Promise<void>;
}

/**
 * Listens, and drains on SIGTERM or SIGINT: exit code 0 when the drain finished in time, 1 otherwise. If the port is in
 * use, the process ends with one sentence.
 */
export async function serve(
  app: NestFastifyApplication,
  { host, port, logger, metrics }: ServeOptions,
): Promise<Served> {
  if (metrics) useMetrics(app, metrics);
  let stopExtra: () => Promise<void>;
  try {
    await assertFree({ host, port });
    await app.listen({ host, port, ...LISTEN_OPTIONS });
    const { server } = app.getHttpAdapter().getInstance();
    stopExtra = await listenOnExtraSockets(server, { host, port: (server.address() as AddressInfo).port });
  } catch (error) {
    const sentence = listenFailure(error, host, port);
    if (sentence === undefined) throw error;
    logger.fatal(sentence);
    process.exitCode = 1;
    await app.close();
    return process.exit(1);
  }
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= withDeadline(drain(app, stopExtra), DRAIN_MS, 'The shutdown'));
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  return { url: await app.getUrl(), close };
}

/** Adds GET /metrics; call it before the app listens. */
export function useMetrics(app: NestFastifyApplication, metrics: MetricsPage): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/metrics', async (_request, reply) => {
      const text = await metrics.text();
      return reply.type(metrics.contentType).header('cache-control', 'no-store').send(text);
    });
}

/** Closes HTTP first: Nest's own order would take resources away from running requests. */
async function drain(app: NestFastifyApplication, stopExtra: () => Promise<void>): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  // Otherwise a connection that was just sending its last response stays open until its keep-alive ends.
  const idle = setInterval(() => server.server.closeIdleConnections(), IDLE_CHECK_MS);
  try {
    await Promise.all([server.close(), stopExtra()]);
  } finally {
    clearInterval(idle);
  }
  await app.close();
}

function listenFailure(error: unknown, host: string, port: number): string | undefined {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop the program that uses it, or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine: set HOST to one that is.`;
  return undefined;
}
