import { mkdirSync } from 'node:fs';
import { Server } from 'node:net';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { takeEveryCharacter } from './every-character.js';

const LOOPBACK = '127.0.0.1';

export interface QueuedHere {
  id: string;
  state: 'waiting' | 'delayed' | 'in work';
  sentAt: Date;
  receives: number;
  body: string;
}

/** SNS and SQS inside this process, on the real wire, persisted under the data folder. */
export class EmbeddedAws {
  private constructor(private readonly server: FauxqsServer) {}

  /** On the loopback address, or with `host` wherever the emulator binds: every interface of a container. */
  static async start(options: { dataDir: string; port: number; region: string; host?: string }): Promise<EmbeddedAws> {
    mkdirSync(options.dataDir, { recursive: true });
    const { dataDir, port, region, host = LOOPBACK } = options;
    await takeEveryCharacter();
    const start = () => startFauxqs({ port, logger: false, defaultRegion: region, dataDir });
    const server = await (host === LOOPBACK ? onLoopback(start) : start());
    return new EmbeddedAws(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** How many messages wait, are delayed and are being worked on. */
  depth(queue: string): { ready: number; delayed: number; in_flight: number } | undefined {
    const messages = this.server.inspectQueue(queue)?.messages;
    return (
      messages && {
        ready: messages.ready.length,
        delayed: messages.delayed.length,
        in_flight: messages.inflight.length,
      }
    );
  }

  /** What lies in a queue, without receiving it. */
  messages(queue: string): QueuedHere[] | undefined {
    const found = this.server.inspectQueue(queue)?.messages;
    if (!found) return undefined;
    const shown = (state: QueuedHere['state']) => (message: (typeof found.ready)[number]) => ({
      id: message.messageId,
      state,
      sentAt: new Date(message.sentTimestamp),
      receives: message.approximateReceiveCount,
      body: message.body,
    });
    return [
      ...found.ready.map(shown('waiting')),
      ...found.delayed.map(shown('delayed')),
      ...found.inflight.map(({ message }) => shown('in work')(message)),
    ];
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** The emulator binds every interface and has no setting for it; queues without authentication belong on loopback. */
async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const prototype = Server.prototype as { listen: (...args: unknown[]) => Server };
  const listen = prototype.listen;
  prototype.listen = function (this: Server, first: unknown, ...rest: unknown[]) {
    const address =
      typeof first === 'object' && first !== null && 'host' in first ? { ...first, host: LOOPBACK } : first;
    return listen.call(this, address, ...rest);
  };
  try {
    return await start();
  } finally {
    prototype.listen = listen;
  }
}
