import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { processEnvironment } from '@app/config';
import { DomainError } from '@app/kernel';
import type { Flags } from './flags.js';
import { type Row, table } from './table.js';

/**
 * Where a command's words go: its answer to the standard output or to a file, everything else to the standard error, so
 * that the answer can be piped into another program.
 */
export class Output {
  constructor(private readonly flags: Pick<Flags, 'json' | 'output'>) {}

  get json(): boolean {
    return this.flags.json;
  }

  /** A list: a table, or an array of JSON. `none` is the sentence where there is nothing to list. */
  async rows(rows: readonly Row[], none: string): Promise<void> {
    if (this.json) return this.write(toJson(rows));
    if (rows.length === 0) return this.say(none);
    await this.write(table(rows));
  }

  /** One thing, always as JSON. */
  async value(value: object): Promise<void> {
    await this.write(toJson(value));
  }

  /** What was done: a sentence for a person, or with --json its figures as the answer. */
  async done(sentence: string, figures: object): Promise<void> {
    if (this.json) await this.value(figures);
    else this.say(sentence);
  }

  /** A sentence beside the answer. */
  say(sentence: string): void {
    console.error(sentence);
  }

  /** An answer of any length. */
  async stream(source: Readable): Promise<void> {
    const { output } = this.flags;
    try {
      await pipeline(source, output === undefined ? process.stdout : createWriteStream(output));
    } catch (error) {
      // Whoever reads has seen enough, as `head` does.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw cannotWrite(error, output);
    }
  }

  /**
   * Called before a command does anything whose answer a program reads.
   *
   * @throws DomainError where npm has written its banner into the same stream.
   */
  assertMachineReadable(): void {
    if (this.flags.output !== undefined || process.stdout.isTTY) return;
    const { npm_lifecycle_event: script, npm_config_loglevel: level } = processEnvironment();
    if (script !== 'ops' || level === 'silent') return;
    throw new DomainError(
      'validation-failed',
      'npm writes a banner before this answer: use npm run -s ops -- …, or --output FILE.',
    );
  }

  private async write(text: string): Promise<void> {
    const { output } = this.flags;
    if (output === undefined) process.stdout.write(text);
    else {
      await writeFile(output, text).catch((error: unknown) => {
        throw cannotWrite(error, output);
      });
    }
  }
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function cannotWrite(error: unknown, path: string | undefined): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (path === undefined || (syscall !== 'open' && code !== 'ENOSPC')) return error;
  return new DomainError('validation-failed', `${path} cannot be written (${code}): give --output another file.`, {
    cause: error,
  });
}
