import { randomUUID } from 'node:crypto';
import { EventEmitter, on, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardWire, ThisMachine } from '../machine/this-machine.js';
import { MailboxStore } from './mailbox-store.js';
import { faultAnswer, readSendEmail, sendEmailAnswer, SesFault, type SubmittedEmail } from './mailbox-wire.js';

export interface ReceivedEmail extends SubmittedEmail {
  id: string;
  sent_at: string;
}

export interface MailboxOptions {
  /** 0 chooses a free port. */
  port: number;
  /** Default: the loopback address. */
  host?: string;
  /** Allowed callers; default only this machine. */
  machine?: ThisMachine;
  /** The NDJSON file that keeps e-mails over restarts. */
  file: string;
  /**
   * For tests: called with each e-mail before it is stored. Throwing a `SesFault` refuses it; returning `hang-up`
   * accepts it and cuts the connection, so that the sender gets no response.
   */
  onAccept?: (email: ReceivedEmail) => Acceptance | Promise<Acceptance>;
}

/** Selects e-mails; without fields, all. */
export interface EmailFilter {
  /** The recipient's exact address; case is ignored. */
  to?: string | undefined;
  /** A part of the subject; case is ignored. */
  subject?: string | undefined;
}

export type Acceptance = 'hang-up' | undefined | void;

const KEPT = { entries: 20_000, bytes: 8 * 1024 * 1024 };
/** The maximum of waiting requests; further ones are answered at once. */
const MOST_WAITING = 100;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** SES for machines without AWS: accepts `SendEmail` on SES's wire protocol and keeps the newest 8 MiB of e-mails. */
export class Mailbox {
  private readonly arrivals = new EventEmitter().setMaxListeners(MOST_WAITING);
  private readonly closing = new AbortController();

  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
    private readonly store: MailboxStore,
    private readonly onAccept: MailboxOptions['onAccept'],
  ) {}

  /** Starts listening; SES clients use `endpoint`. */
  static async start(options: MailboxOptions): Promise<Mailbox> {
    const { port, host = '127.0.0.1', machine = new ThisMachine(), file, onAccept } = options;
    const store = new MailboxStore(file, KEPT);
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS });
    server.listen(port, host);
    await once(server, 'listening');
    const mailbox = new Mailbox(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, store, onAccept);
    server.on('request', (request, response) => void mailbox.serve(request, response));
    guardWire(server, machine);
    return mailbox;
  }

  async stop(): Promise<void> {
    this.endWaiting();
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Answers all waiting requests at once, without an e-mail. */
  endWaiting(): void {
    this.closing.abort();
  }

  /** The kept e-mails, newest last, at most `newest` of them. */
  list(newest = KEPT.entries): ReceivedEmail[] {
    return this.store.all().slice(-newest).map(decoded);
  }

  find(id: string): ReceivedEmail | undefined {
    const mark = `"id":${JSON.stringify(id)}`;
    const line = this.store.all().findLast((candidate) => candidate.includes(mark));
    return line && decoded(line);
  }

  /** The selected e-mails, newest last. If there are none, waits up to `waitMs` for the first. */
  async search(filter: EmailFilter, waitMs = 0): Promise<ReceivedEmail[]> {
    const found = this.list().filter((email) => isMeant(email, filter));
    if (found.length > 0 || waitMs === 0 || this.arrivals.listenerCount('email') >= MOST_WAITING) return found;
    const signal = AbortSignal.any([AbortSignal.timeout(waitMs), this.closing.signal]);
    try {
      for await (const [email] of on(this.arrivals, 'email', { signal }) as AsyncIterable<[ReceivedEmail]>)
        if (isMeant(email, filter)) return [email];
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return [];
  }

  /** The same as `JSON.stringify(list())`, without decoding and encoding each e-mail. */
  json(): Buffer {
    const parts = this.store.all().flatMap((line, index) => (index === 0 ? [line] : [Buffer.from(','), line]));
    return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const email = { id: randomUUID(), sent_at: new Date().toISOString(), ...readSendEmail(await readBody(request)) };
      const acceptance = await this.onAccept?.(email);
      this.store.append(email);
      this.arrivals.emit('email', email);
      if (acceptance === 'hang-up') request.socket.destroy();
      else answer(response, 200, sendEmailAnswer(email.id));
    } catch (error) {
      const fault = error instanceof SesFault ? error : new SesFault('InternalFailure', 'The mailbox failed.', 500);
      answer(response, fault.status, faultAnswer(fault));
    }
  }
}

function decoded(line: Buffer): ReceivedEmail {
  return JSON.parse(line.toString()) as ReceivedEmail;
}

function isMeant(email: ReceivedEmail, { to, subject = '' }: EmailFilter): boolean {
  const address = to?.toLowerCase();
  const sentTo = (recipient: string) => (/<([^<>]+)>$/.exec(recipient)?.[1] ?? recipient).toLowerCase();
  return (
    email.subject.toLowerCase().includes(subject.toLowerCase()) &&
    (address === undefined || email.to.some((recipient) => sentTo(recipient) === address))
  );
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
