import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../../../apps/manifests.js';
import { startOf } from './bundle.js';
import { type ChildOptions, endChild, startChild } from './child.js';

const BOOT_MS = 120_000;
const STARTS = 3;

export interface ServiceOptions extends Omit<ChildOptions, 'program'> {
  service: ServiceName;
  /** Its HTTP port, the same at every start. */
  port: number;
}

/** One service as a process that can be killed, stopped and restarted on the same ports. */
export class ServiceProcess {
  private child: ChildProcess | undefined;

  constructor(private readonly options: ServiceOptions) {}

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`The ${this.options.service} service does not run.`);
    return this.child.pid;
  }

  /** Whether the last started process has ended. */
  get isDead(): boolean {
    return this.child !== undefined && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  /** Resolves once it accepts HTTP connections, its last step. Retries a failed start, as a supervisor does. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (await this.boots()) return;
      if (attempt === STARTS)
        throw new Error(`The ${this.options.service} service did not start:\n${this.log().slice(-2_000)}`);
    }
  }

  /** All its output since the proof began. */
  log(): string {
    return readFileSync(this.options.logFile, 'utf8');
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (this.child) await endChild(this.child, 'SIGKILL');
  }

  /** SIGTERM, as in a deploy. Returns the exit code. */
  terminate(): Promise<number | null> {
    return this.child ? endChild(this.child, 'SIGTERM') : Promise.resolve(null);
  }

  /** SIGSTOP: the process keeps its connections and does nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Returns false if the process ends or is not ready in time. */
  private async boots(): Promise<boolean> {
    const { service, port, environment, preloads = [], ...options } = this.options;
    const child = startChild({
      ...options,
      ...startOf(service, preloads),
      environment: { ...environment, PORT: String(port) },
    });
    this.child = child;
    const deadline = Date.now() + BOOT_MS;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || Date.now() > deadline) return false;
      await sleep(15);
    }
    return true;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
