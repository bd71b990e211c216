import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProofPlatform, type ProofPlatformOptions } from './platform.js';
import type { Servers } from './servers.js';

const PROGRESS_MS = 2_000;

/** What a proof is given: private servers, platforms to break, and the size of the run. Everything ends with `close`. */
export class Stage {
  private readonly platforms: ProofPlatform[] = [];
  /** Goes with the stage. */
  readonly folder = mkdtempSync(join(tmpdir(), 'proof-'));
  private lastProgress = 0;

  constructor(
    readonly servers: Servers,
    private readonly options: { name: string; quick: boolean; mutant?: string | undefined },
  ) {}

  /** What runs in a process before its program: under `--mutant`, what takes its guard away. */
  get mutants(): readonly string[] {
    return this.options.mutant === undefined ? [] : [`mutants/${this.options.mutant}`];
  }

  /** How many times to do something: the promised number, or fewer for a quick look. */
  amount(promised: number, quick: number): number {
    return this.options.quick ? quick : promised;
  }

  /** Says on stderr how far the proof is, every two seconds at most. */
  progress(text: string): void {
    if (Date.now() - this.lastProgress < PROGRESS_MS) return;
    this.lastProgress = Date.now();
    process.stderr.write(`  ${this.options.name}: ${text}\n`);
  }

  /** Starts the services as separate processes on empty databases; under `--mutant`, each without its guard. */
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
