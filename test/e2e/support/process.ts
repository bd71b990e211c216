import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { PlatformOptions } from '../../../apps/local/src/platform.js';

export type ProcessOptions = Omit<PlatformOptions, 'host' | 'port' | 'logLevel'> & {
  /** Default 127.0.0.1. */
  host?: string;
  logLevel?: string;
  /** Modules that run before the platform in its process. */
  imports?: readonly string[];
  /** A program with its arguments that starts the process, such as `unshare`. */
  through?: readonly string[];
};

/** A platform in a separate process, built by `npm run build`. */
export class PlatformProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** All output lines so far, of both streams. */
    readonly lines: readonly string[],
  ) {}

  static async start({ imports = [], through = [], ...options }: ProcessOptions): Promise<PlatformProcess> {
    const all: PlatformOptions = { host: '127.0.0.1', port: 0, logLevel: 'silent', ...options };
    const flags = imports.flatMap((module) => ['--import', module]);
    const main = [process.execPath, ...flags, 'dist/test/support/platform-process.js', JSON.stringify(all)];
    const [program = '', ...args] = [...through, ...main];
    const child = spawn(program, args, {
      // The end of its input shows that its parent has ended.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('http')) resolve(line);
      });
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      process.stderr.write(`${line}\n`);
    });
    const url = await Promise.race([ready, once(child, 'exit').then(() => ''), expired()]).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    if (url === '') throw new Error('The platform process ended before it was ready.');
    return new PlatformProcess(child, url, lines);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends the process with `signal` and returns its exit code. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  }
}

async function expired(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 45_000).unref());
  throw new Error('The platform process was not ready within 45 s.');
}
