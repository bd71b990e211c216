import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  boundChunks,
  CONNECTION_LIMITS,
  Cors,
  cutSlowReaders,
  EdgeAnswers,
  hostProblem,
  methodsOf,
  pathOf,
} from '@app/http';
import { DomainError } from '@app/kernel';
import { MANIFESTS } from '../../../manifests.js';
import { MEDIA_ROUTES } from '../media/media-door.js';
import { findRoute, type Route, routesOf } from './routes.js';

/** The time for running requests to finish. */
const DRAIN_MS = 10_000;

/** An app behind the gateway, in this process or elsewhere. */
export interface Target {
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** A path's methods; empty for an unknown path. */
  methods: (path: string) => string[] | Promise<string[]>;
}

export interface GatewayOptions {
  host: string;
  port: number;
  /** Browser origins that may read the gateway's own responses, as in CORS_ORIGINS. */
  corsOrigins: string;
}

/**
 * Replaces AWS's API Gateway: routes the manifests' public routes to their apps, everything else to `$default`; and the
 * names of the CDN and the bucket of images, which have one of their own on AWS.
 */
export class Gateway {
  private readonly routes: Route[] = routesOf([...Object.values(MANIFESTS), MEDIA_ROUTES]);
  private targets: Partial<Record<string, Target>> = {};
  private refusal?: (request: IncomingMessage) => DomainError | undefined;
  readonly answers: EdgeAnswers;

  private constructor(
    private readonly server: Server,
    { corsOrigins }: GatewayOptions,
  ) {
    this.answers = new EdgeAnswers(new Cors(corsOrigins), (path) => this.targetOf(path)?.methods(path) ?? []);
    this.answers.listen(server);
    cutSlowReaders(server);
    boundChunks(server);
    server.on('clientError', (error, socket) => this.answers.clientError(error, socket));
    server.on('request', this.starting);
  }

  /** Binds the port first, so that a taken port is reported before anything else starts; `serve` starts routing. */
  static async listen(options: GatewayOptions): Promise<Gateway> {
    const server = createServer(CONNECTION_LIMITS);
    const gateway = new Gateway(server, options);
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return gateway;
  }

  get url(): string {
    const { address, port, family } = this.server.address() as { address: string; port: number; family: string };
    const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    return `http://${host}:${port}`;
  }

  /** Refuses requests for which `refusal` returns an error. */
  guard(refusal: (request: IncomingMessage) => DomainError | undefined): void {
    this.refusal = refusal;
  }

  /** Starts routing to apps in this process or elsewhere; `local` handles everything that is no service's. */
  async serve(
    apps: Partial<Record<string, NestFastifyApplication>> & { local: NestFastifyApplication },
    targets: Record<string, Target> = {},
  ): Promise<void> {
    this.targets = { ...targets };
    for (const [name, app] of Object.entries(apps)) {
      if (!app) continue;
      const fastify = app.getHttpAdapter().getInstance();
      await fastify.ready();
      this.targets[name] = {
        handle: (request, response) => fastify.routing(request, response),
        methods: (path) => methodsOf(app, path),
      };
    }
    this.server.off('request', this.starting);
    this.server.on('request', (request, response) => {
      const refusal = hostProblem(request) ?? this.refusal?.(request);
      if (refusal) this.answers.refuse(request, response, refusal);
      else this.targetOf(pathOf(request.url ?? '/'))?.handle(request, response);
    });
  }

  private targetOf(path: string): Target | undefined {
    return this.targets[findRoute(this.routes, path)?.app ?? 'local'] ?? this.targets['local'];
  }

  /** Answers requests until `serve`. */
  private readonly starting = (request: IncomingMessage, response: ServerResponse): void => {
    const sentence = 'The platform is starting. Try again in a second.';
    this.answers.refuse(request, response, new DomainError('service-unavailable', sentence, { retryAfter: 1 }));
  };

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    // A kept-alive connection becomes idle only after its last response, so idle ones are closed repeatedly.
    const idle = setInterval(() => this.server.closeIdleConnections(), 20);
    const deadline = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(deadline);
  }
}
