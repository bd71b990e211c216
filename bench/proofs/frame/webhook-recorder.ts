import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands between the provider and the platform, and counts what the platform answers. */
export class WebhookRecorder {
  /** How often each status was answered; 0 for no answer. */
  readonly statuses = new Map<number, number>();

  private constructor(
    private readonly server: Server,
    /** Where the platform is, which a deploy may move. */
    public target: string,
  ) {}

  /** Forwards everything it gets to `target` unchanged. */
  static async start(target: string): Promise<WebhookRecorder> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const recorder = new WebhookRecorder(server, target);
    server.on('request', (request, response) => {
      void buffer(request)
        .then((body) => {
          const { 'stripe-signature': signature = '', 'content-type': type = '' } = request.headers;
          const headers = { 'stripe-signature': String(signature), 'content-type': type };
          return fetch(recorder.target, { method: 'POST', body: new Uint8Array(body), headers });
        })
        .then(({ status }) => status)
        .catch(() => 0)
        .then((status) => {
          recorder.statuses.set(status, (recorder.statuses.get(status) ?? 0) + 1);
          response.writeHead(status || 502).end();
        });
    });
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Answers other than this one. */
  othersThan(status: number): number {
    return [...this.statuses].reduce((sum, [each, count]) => (each === status ? sum : sum + count), 0);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
