import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { DomainError } from '@app/kernel';
import type { ProductFile, Rejected } from '../../../products/src/operations-app.module.js';

/** Writes the rejected records of one run in the format of the imported file; without any it creates no file. */
export class RejectsFile {
  /** Number of records written. */
  records = 0;
  private stream: WriteStream | undefined;

  constructor(
    readonly path: string,
    private readonly source: ProductFile,
  ) {}

  /**
   * Removes the file of an earlier run.
   *
   * @throws DomainError if it is the imported file itself.
   */
  async begin(imported: string): Promise<void> {
    const existing = await realpath(this.path).catch(() => undefined);
    if (existing !== undefined && existing === (await realpath(imported))) {
      throw new DomainError('validation-failed', '--rejects must name another file than the one to import.');
    }
    await rm(this.path, { force: true });
  }

  async add({ line, reason }: Rejected): Promise<void> {
    if (!this.stream) {
      this.stream = createWriteStream(this.path);
      this.stream.write(this.source.rejectedHead());
    }
    this.records++;
    if (!this.stream.write(this.source.rejected(line, reason))) await once(this.stream, 'drain');
  }

  async end(): Promise<void> {
    if (!this.stream) return;
    this.stream.end();
    await finished(this.stream);
  }
}
