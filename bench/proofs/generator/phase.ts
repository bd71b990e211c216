import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { endChild, startChild } from '../frame/child.js';

const FIRST = -10;

/** One kind of request. */
export interface Kind {
  name: string;
  port: number;
  /** Whole HTTP requests, sent in turn. */
  requests: string[];
  /** Of the requests' bytes; `latin1` for some that are no text. Default UTF-8. */
  encoding?: 'latin1';
  /** How often it comes in one visit. */
  times: number;
}

/** What a generator does for a while. */
export interface Phase {
  seconds: number;
  kinds: Kind[];
  /** Visits begun a second, whether or not they are answered. */
  perSecond?: number;
  /** Or so many visitors, each of whom waits for every answer. */
  clients?: number;
}

/** How a kind of request was answered: milliseconds since the phase began, and until the answer; status 0 for none. */
export interface KindResult {
  sent: number;
  samples: { at: number; ms: number; status: number }[];
}

/** A generator of load in a process of its own. */
export class Generator {
  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string): Promise<Generator> {
    const child = startChild({
      program: 'bench/proofs/generator/generator.js',
      logFile: join(folder, 'generator.log'),
    });
    await once(child, 'message');
    first(child.pid);
    return new Generator(child);
  }

  /** One phase after the other, without a pause: what is still unanswered belongs to the phase that asked. */
  async run(phases: Phase[]): Promise<Record<string, KindResult>[]> {
    const answer = once(this.child, 'message');
    this.child.send(phases);
    const [result] = (await answer) as [Record<string, KindResult>[]];
    return result;
  }

  async stop(): Promise<void> {
    await endChild(this.child, 'SIGKILL');
  }
}

/** A process that refuses at once: what of a refusal's time is the machine's and the generator's. */
export class Refuser {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(folder: string): Promise<Refuser> {
    const child = startChild({ program: 'bench/proofs/generator/refuser.js', logFile: join(folder, 'refuser.log') });
    const [port] = (await once(child, 'message')) as [number];
    return new Refuser(child, port);
  }

  get kind(): Kind {
    return { name: 'bare', port: this.port, requests: [httpRequest('GET', '/')], times: 1 };
  }

  async stop(): Promise<void> {
    await endChild(this.child, 'SIGKILL');
  }
}

/** Visitors are elsewhere: what loads the services must not wait for them. Only root may say so. */
function first(pid: number | undefined): void {
  try {
    setPriority(pid ?? 0, FIRST);
  } catch {
    // It then shares the machine like any other, and measures a little of its own waiting.
  }
}

/** A request as its bytes. */
export function httpRequest(method: string, path: string, options: { token?: string; body?: object } = {}): string {
  const body = options.body ? JSON.stringify(options.body) : '';
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(options.token === undefined ? [] : [`authorization: Bearer ${options.token}`]),
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
