import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemTime } from '@app/kernel';
import { guardWire, ThisMachine } from '../machine/this-machine.js';
import { Api, isControl } from './api.js';
import { Background } from './background.js';
import type { Desk } from './desk.js';
import { type Answer, outcomeOf, readRequest, type Request } from './http.js';
import { randomText } from './ids.js';
import { NO_FAULTS, type Settings } from './settings.js';
import { Store } from './store.js';
import { StripeError } from './stripe-error.js';
import { DELIVERY_LIMITS, type DeliveryLimits } from './webhooks.js';

/** The key of the local start. */
export const LOCAL_KEY = 'sk_test_local';

export interface StripeWireOptions {
  /** 0 chooses a free port. */
  port: number;
  /** Default: the loopback address. */
  host?: string;
  /** Allowed callers; default only this machine. */
  machine?: ThisMachine;
  /** The folder of its database; it is made private to its owner. */
  dataDir: string;
  /** Default: the local key, a new secret for webhooks, nowhere to send them, no faults. */
  settings?: Partial<Settings>;
  deliveries?: Partial<DeliveryLimits>;
  /** Milliseconds since 1970; default the machine's clock. */
  now?: () => number;
  /** From 0 to 1, for the faults. */
  random?: () => number;
  /** For tests: called with each request and its answer. */
  onAnswer?: (request: Request, answer: Answer) => void;
}

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Stripe for machines without an account: its wire protocol for payments by card, as far as this platform uses it, with
 * signed webhooks. What it has answered or promised to deliver survives a killed process.
 */
export class StripeWire {
  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
    private readonly desk: Desk,
    private readonly background: Background,
  ) {}

  /**
   * Starts listening, and goes on with what was to be delivered.
   *
   * @throws StartFailure for a damaged file.
   */
  static async start(options: StripeWireOptions): Promise<StripeWire> {
    const { port, host = '127.0.0.1', machine = new ThisMachine(), now = systemTime, random = Math.random } = options;
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS });
    server.listen(port, host);
    await once(server, 'listening');
    try {
      const desk: Desk = { store: Store.open(options.dataDir), settings: settingsOf(options.settings), now, random };
      const background = new Background(desk, { ...DELIVERY_LIMITS, ...options.deliveries });
      const wire = new StripeWire(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        server,
        desk,
        background,
      );
      const api = new Api(desk, background.wake);
      server.on('request', (request, response) => void wire.serve(api, request, response, options.onAnswer));
      guardWire(server, machine, askedForKey);
      background.wake();
      return wire;
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** May be changed at any time. */
  get settings(): Settings {
    return this.desk.settings;
  }

  /** Where it is, and what it and its users know each other by; during a rotation the first of each. */
  get place(): { endpoint: string; secretKey: string; webhookSecret: string } {
    const [secretKey = '', webhookSecret = ''] = [this.settings.secret_keys[0], this.settings.webhook_secrets[0]];
    return { endpoint: this.endpoint, secretKey, webhookSecret };
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await Promise.all([closed, this.background.stop()]);
    this.desk.store.close();
  }

  private async serve(
    api: Api,
    incoming: IncomingMessage,
    response: ServerResponse,
    onAnswer: StripeWireOptions['onAnswer'],
  ): Promise<void> {
    try {
      const request = await readRequest(incoming);
      const answer = await api.answer(request);
      onAnswer?.(request, answer);
      const { random, settings } = this.desk;
      if (!isControl(request.path) && random() < settings.faults.lose_answers) incoming.socket.destroy();
      else send(response, answer);
    } catch (error) {
      // Otherwise the client has gone before its request was complete.
      if (error instanceof StripeError) send(response, { headers: { connection: 'close' }, ...outcomeOf(error) });
    }
  }
}

/** The wire asks for its key itself, in Stripe's words. */
const askedForKey = () => true;

const settingsOf = (given: Partial<Settings> = {}): Settings => ({
  secret_keys: [LOCAL_KEY],
  webhook_secrets: [`whsec_${randomText(32)}`],
  webhook_url: null,
  settle_refunds_ms: 1_000,
  ...given,
  faults: { ...NO_FAULTS, ...given.faults },
});

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (!response.destroyed) response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
