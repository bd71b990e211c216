import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartFailure } from '@app/kernel';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { isDamagedDatabase } from '../machine/start-failure.js';
import { guardWire, ThisMachine } from '../machine/this-machine.js';
import { makeFolderPrivate } from './data-folder.js';
import { takeEveryCharacter } from './every-character.js';

const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

export interface AwsOptions {
  /** Of the data: queues and files have their own below it. */
  folder: string;
  /** Created unless they are there. */
  buckets?: readonly string[];
  port: number;
  region: string;
  /** Default: the loopback address. */
  host?: string;
  /** Allowed callers; default only this machine. */
  machine?: ThisMachine;
}

export interface QueuedHere {
  id: string;
  state: 'waiting' | 'delayed' | 'in work';
  sentAt: Date;
  receives: number;
  body: string;
}

/** SNS, SQS and S3 in this process with their real wire protocol, stored in the data folder. */
export class EmbeddedAws {
  private constructor(private readonly server: FauxqsServer) {}

  /** @throws StartFailure when its file is damaged. */
  static async start(options: AwsOptions): Promise<EmbeddedAws> {
    const { folder, buckets = [], port, region, host = LOOPBACK, machine = new ThisMachine() } = options;
    const [dataDir, s3StorageDir] = [join(folder, 'queues'), join(folder, 'files')];
    for (const each of [dataDir, s3StorageDir]) makeFolderPrivate(each);
    await takeEveryCharacter();
    const stored = { dataDir, s3StorageDir };
    const start = () => overwriting(() => startFauxqs({ port, logger: false, defaultRegion: region, ...stored }));
    const server = await listeningOn(host, machine, start).catch((error: unknown) => {
      throw isDamagedDatabase(error) ? new StartFailure(damaged(dataDir), { cause: error }) : error;
    });
    makeFolderPrivate(dataDir);
    for (const bucket of buckets) server.createBucket(bucket);
    return new EmbeddedAws(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The number of waiting, delayed and in-flight messages. */
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

  /** A queue's messages, without receiving them. */
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

const damaged = (folder: string) =>
  `The queues in ${folder} cannot be read: bring back a copy of the folder, or delete it to begin with empty queues. What ` +
  'waited in them is lost then.';

/** Overwrites deleted messages, since they contain tokens. The emulator has no setting for it. */
async function overwriting<T>(start: () => Promise<T>): Promise<T> {
  const prototype = DatabaseSync.prototype as { exec: (this: DatabaseSync, sql: string) => void };
  const exec = prototype.exec;
  prototype.exec = function (this: DatabaseSync, sql: string) {
    exec.call(this, 'PRAGMA secure_delete = ON');
    exec.call(this, sql);
  };
  try {
    return await start();
  } finally {
    prototype.exec = exec;
  }
}

/** The emulator binds every interface and admits every caller, without a setting for either. */
async function listeningOn<T>(host: string, machine: ThisMachine, start: () => Promise<T>): Promise<T> {
  const prototype = Server.prototype as { listen: (...args: unknown[]) => Server };
  const listen = prototype.listen;
  prototype.listen = function (this: Server, first: unknown, ...rest: unknown[]) {
    const isEmulator = typeof first === 'object' && first !== null && 'host' in first && first.host === EVERYWHERE;
    if (!isEmulator) return listen.call(this, first, ...rest);
    guardWire(this, machine);
    return listen.call(this, { ...first, host }, ...rest);
  };
  try {
    return await start();
  } finally {
    prototype.listen = listen;
  }
}
