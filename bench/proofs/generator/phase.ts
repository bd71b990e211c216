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
  /** Encoding of the requests' bytes; `latin1` for binary ones. Default UTF-8. */
  encoding?: 'latin1';
  /** Requests per visit. */
  times: number;
}

/** A period of load. */
export interface Phase {
  seconds: number;
  kinds: Kind[];
  /** Visits started per second, whether or not they are answered. */
  perSecond?: number;
  /** Or the number of visitors, each of whom waits for every response. */
  clients?: number;
}

/** Responses to a kind of request: ms from the phase's start, ms until the response, and the status (0 for none). */
export interface KindResult {
  sent: number;
  samples: { at: number; ms: number; status: number }[];
}

/** A load generator in a separate process. */
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

  /** Runs phases without a pause; a late response belongs to the phase of its request. */
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

/** A process that refuses at once: measures the machine's and the generator's share of a refusal's time. */
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

/** Raises the generator's priority, since real visitors do not share the services' machine. Needs root. */
function first(pid: number | undefined): void {
  try {
    setPriority(pid ?? 0, FIRST);
  } catch {
    // Without it, the figures include a little of the generator's own waiting.
  }
}

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
