import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';
import type { Answer, Request } from '../../apps/local/src/stripe/http.js';
import { LOCAL_KEY, StripeWire, type StripeWireOptions } from '../../apps/local/src/stripe/stripe-wire.js';

export interface Exchange {
  request: Request;
  answer: Answer;
}

/** The real SDK, which does not retry by itself. */
export function stripeAt(endpoint: string, key = LOCAL_KEY, options: Stripe.StripeConfig = {}): Stripe {
  const { hostname: host, port } = new URL(endpoint);
  return new Stripe(key, { host, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0, ...options });
}

/** The id of what a field names, expanded or not. */
export const idOf = (field: string | { id: string } | null): string =>
  typeof field === 'string' ? field : (field?.id ?? '');

/** The embedded Stripe in a folder of its own, and the SDK that asks it. */
export class WireUnderTest {
  readonly exchanges: Exchange[] = [];
  wire: StripeWire;
  stripe: Stripe;

  private constructor(
    private readonly options: Partial<StripeWireOptions>,
    private readonly folder: string,
  ) {}

  static async start(options: Partial<StripeWireOptions> = {}): Promise<WireUnderTest> {
    const test = new WireUnderTest(options, mkdtempSync(join(tmpdir(), 'stripe-')));
    await test.begin();
    return test;
  }

  /** Starts it again on the same data. */
  async restart(): Promise<void> {
    await this.wire.stop();
    await this.begin();
  }

  /** Calls one of the wire's own routes. */
  control(path: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return this.stripe.rawRequest('POST', `/wire/${path}`, params);
  }

  async stop(): Promise<void> {
    await this.wire.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async begin(): Promise<void> {
    const onAnswer = (request: Request, answer: Answer) => this.exchanges.push({ request, answer });
    this.wire = await StripeWire.start({ port: 0, dataDir: this.folder, onAnswer, ...this.options });
    this.stripe = stripeAt(this.wire.endpoint);
  }
}

/** The embedded Stripe in a process of its own, which can be killed. */
export class StripeProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly endpoint: string,
  ) {}

  static async start(options: Partial<StripeWireOptions> & { dataDir: string }): Promise<StripeProcess> {
    const args = ['dist/test/support/stripe-process.js', JSON.stringify({ port: 0, ...options })];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new StripeProcess(child, line.toString().trim());
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

export interface Delivery {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Takes webhooks; `answer` decides the status of each, or never answers. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = [];
  answer: (delivery: Delivery) => number | 'never' = () => 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const delivery = { headers: request.headers, body };
        receiver.deliveries.push(delivery);
        const status = receiver.answer(delivery);
        if (status !== 'never') response.writeHead(status).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  get events(): Stripe.Event[] {
    return this.deliveries.map(({ body }) => JSON.parse(body) as Stripe.Event);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
