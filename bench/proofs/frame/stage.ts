import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProofPlatform, type ProofPlatformOptions } from './platform.js';
import type { Servers } from './servers.js';

const PROGRESS_MS = 2_000;

/** A proof's resources: private servers, platforms to break, and the size of the run. `close` ends them all. */
export class Stage {
  private readonly platforms: ProofPlatform[] = [];
  /** Removed with the stage. */
  readonly folder = mkdtempSync(join(tmpdir(), 'proof-'));
  private lastProgress = 0;

  constructor(
    readonly servers: Servers,
    private readonly options: { name: string; quick: boolean; mutant?: string | undefined },
  ) {}

  /** Preloads of each process: under `--mutant`, the module that switches the guard off. */
  get mutants(): readonly string[] {
    return this.options.mutant === undefined ? [] : [`mutants/${this.options.mutant}`];
  }

  /** The promised number of repetitions, or fewer in a quick run. */
  amount(promised: number, quick: number): number {
    return this.options.quick ? quick : promised;
  }

  /** Reports progress on stderr, at most every two seconds. */
  progress(text: string): void {
    if (Date.now() - this.lastProgress < PROGRESS_MS) return;
    this.lastProgress = Date.now();
    process.stderr.write(`  ${this.options.name}: ${text}\n`);
  }

  /** Starts the services as separate processes on empty databases; under `--mutant`, without the guard. */
  async platform(options: ProofPlatformOptions = {}): Promise<ProofPlatform> {
    const preloads = [...(options.preloads ?? []), ...this.mutants];
    const folder = join(this.folder, String(this.platforms.length));
    const platform = await ProofPlatform.start(this.servers, folder, { ...options, preloads });
    this.platforms.push(platform);
    return platform;
  }

  async close(): Promise<void> {
    await Promise.all(this.platforms.map((platform) => platform.close()));
    if (process.env['KEEP_PROOF_LOGS']) process.stderr.write(`  logs are in ${this.folder}\n`);
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
