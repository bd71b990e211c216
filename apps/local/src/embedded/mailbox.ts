import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MailboxStore } from './mailbox-store.js';
import { faultAnswer, readSendEmail, sendEmailAnswer, SesFault, type SubmittedEmail } from './mailbox-wire.js';

export interface ReceivedEmail extends SubmittedEmail {
  id: string;
  sent_at: string;
}

export interface MailboxOptions {
  /** 0 takes a free one. */
  port: number;
  /** Default: the loopback address. */
  host?: string;
  /** NDJSON file that keeps the e-mails over restarts. */
  file: string;
  /**
   * For tests: sees each e-mail before it is stored. Throwing a `SesFault` refuses it; answering `hang-up` accepts it and
   * cuts the connection, so that the sender never learns.
   */
  onAccept?: (email: ReceivedEmail) => Acceptance | Promise<Acceptance>;
}

export type Acceptance = 'hang-up' | undefined | void;

const KEPT = 20_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** An SES for machines without AWS: takes `SendEmail` on the wire of the real one and keeps what it got. */
export class Mailbox {
  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
    private readonly store: MailboxStore,
    private readonly onAccept: MailboxOptions['onAccept'],
  ) {}

  /** Starts listening; `endpoint` is what an SES client needs. */
  static async start({ port, host = '127.0.0.1', file, onAccept }: MailboxOptions): Promise<Mailbox> {
    const store = new MailboxStore(file, KEPT);
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS });
    server.listen(port, host);
    await once(server, 'listening');
    const mailbox = new Mailbox(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, store, onAccept);
    server.on('request', (request, response) => void mailbox.serve(request, response));
    return mailbox;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** The e-mails kept, newest last; `newest` limits how many. */
  list(newest = KEPT): ReceivedEmail[] {
    return this.store
      .all()
      .slice(-newest)
      .map((line) => JSON.parse(line.toString()) as ReceivedEmail);
  }

  /** The same as `JSON.stringify(list())` without decoding and encoding each of them. */
  json(): Buffer {
    const parts = this.store.all().flatMap((line, index) => (index === 0 ? [line] : [Buffer.from(','), line]));
    return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const email = { id: randomUUID(), sent_at: new Date().toISOString(), ...readSendEmail(await readBody(request)) };
      const acceptance = await this.onAccept?.(email);
      this.store.append(email);
      if (acceptance === 'hang-up') request.socket.destroy();
      else answer(response, 200, sendEmailAnswer(email.id));
    } catch (error) {
      const fault = error instanceof SesFault ? error : new SesFault('InternalFailure', 'The mailbox failed.', 500);
      answer(response, fault.status, faultAnswer(fault));
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new SesFault('MessageRejected', 'The message is longer than 10 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, status: number, xml: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(xml) }).end(xml);
}
