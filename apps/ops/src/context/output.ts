import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { processEnvironment } from '@app/config';
import { DomainError } from '@app/kernel';
import type { Flags } from './flags.js';
import { type Row, table } from './table.js';

/**
 * Prints a command's result to the standard output or a file, and everything else to the standard error, so that the
 * result can be piped into another program.
 */
export class Output {
  constructor(private readonly flags: Pick<Flags, 'json' | 'output'>) {}

  get json(): boolean {
    return this.flags.json;
  }

  /** Prints a list as a table or a JSON array. `none` is the sentence for an empty list. */
  async rows(rows: readonly Row[], none: string): Promise<void> {
    if (this.json) return this.write(toJson(rows));
    if (rows.length === 0) return this.say(none);
    await this.write(table(rows));
  }

  /** Prints one value, always as JSON. */
  async value(value: object): Promise<void> {
    await this.write(toJson(value));
  }

  /** Reports what was done: a sentence, or with --json the figures as the result. */
  async done(sentence: string, figures: object): Promise<void> {
    if (this.json) await this.value(figures);
    else this.say(sentence);
  }

  /** Prints a sentence that is not part of the result. */
  say(sentence: string): void {
    console.error(sentence);
  }

  /** Prints a result of any length. */
  async stream(source: Readable): Promise<void> {
    const { output } = this.flags;
    try {
      await pipeline(source, output === undefined ? process.stdout : createWriteStream(output));
    } catch (error) {
      // The reader, such as `head`, has closed the pipe.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw cannotWrite(error, output);
    }
  }

  /**
   * Call it before any work of a command whose result a program reads.
   *
   * @throws DomainError if npm has written its banner to the same stream.
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
