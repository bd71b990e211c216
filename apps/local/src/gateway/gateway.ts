import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerClientError, answerExpectation, CONNECTION_LIMITS, refuse } from '@app/http';
import { DomainError } from '@app/kernel';
import { findRoute, readRoutes, type Route } from './routes.js';

/** How long running requests may take to end. */
const DRAIN_MS = 10_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What stands where API Gateway stands on AWS: the public routes of serverless.yml, everything else to `$default`. */
export class Gateway {
  private readonly routes: Route[] = readRoutes('serverless.yml');
  private handlers: Record<string, Handler> = {};

  private constructor(private readonly server: Server) {}

  /** Takes the port at once, so that a taken one is told before anything else starts; requests wait for `serve`. */
  static async listen({ host, port }: { host: string; port: number }): Promise<Gateway> {
    const server = createServer(CONNECTION_LIMITS);
    server.on('clientError', answerClientError);
    server.on('checkExpectation', answerExpectation);
    server.on('request', starting);
    server.listen(port, host);
    await once(server, 'listening');
    return new Gateway(server);
  }

  get url(): string {
    const { address, port, family } = this.server.address() as { address: string; port: number; family: string };
    const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    return `http://${host}:${port}`;
  }

  /** Begins to route, to apps in this process or to handlers: `local` answers what no service does. */
  async serve(
    apps: Partial<Record<string, NestFastifyApplication>> & { local: NestFastifyApplication },
    handlers: Record<string, Handler> = {},
  ): Promise<void> {
    this.handlers = { ...handlers };
    for (const [name, app] of Object.entries(apps)) {
      if (!app) continue;
      const fastify = app.getHttpAdapter().getInstance();
      await fastify.ready();
      this.handlers[name] = (request, response) => fastify.routing(request, response);
    }
    const fallback = this.handlers['local'];
    this.server.off('request', starting);
    this.server.on('request', (request, response) => {
      const route = findRoute(this.routes, request.method ?? 'GET', request.url ?? '/');
      (this.handlers[route?.app ?? 'local'] ?? fallback)?.(request, response);
    });
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    // Kept-alive connections become idle only when their last answer is out, so they are looked for again and again.
    const idle = setInterval(() => this.server.closeIdleConnections(), 20);
    const deadline = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(deadline);
  }
}

/** Between taking the port and serving. */
function starting(request: IncomingMessage, response: ServerResponse): void {
  refuse(
    request,
    response,
    new DomainError('service-unavailable', 'The platform is starting. Try again in a second.', { retryAfter: 1 }),
  );
}
