import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { DomainError } from '@app/kernel';
import type { ProductFile, Rejected } from '../../../products/src/operations-app.module.js';

/** The rejected records of one run, in the format of the imported file; there is a file only when there are some. */
export class RejectsFile {
  /** How many records are in it. */
  records = 0;
  private stream: WriteStream | undefined;

  constructor(
    readonly path: string,
    private readonly source: ProductFile,
  ) {}

  /**
   * Removes what an earlier run has left.
   *
   * @throws DomainError when it would be the imported file itself.
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
