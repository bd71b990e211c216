import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Rejected } from '../../../products/src/operations-app.module.js';

/** The rejected lines of one run, as NDJSON; there is a file only when there are such lines. */
export class RejectsFile {
  private stream: WriteStream | undefined;

  constructor(readonly path: string) {}

  /** Removes what an earlier run has left. */
  async begin(): Promise<void> {
    await rm(this.path, { force: true });
  }

  async add(rejected: Rejected): Promise<void> {
    this.stream ??= createWriteStream(this.path);
    if (!this.stream.write(`${JSON.stringify(rejected)}\n`)) await once(this.stream, 'drain');
  }

  async end(): Promise<void> {
    if (!this.stream) return;
    this.stream.end();
    await finished(this.stream);
  }
}
