import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mailbox } from '../embedded/mailbox.js';
import { startFailure } from './start-failure.js';

const SENTENCE = /^The disk of the data folder is full, or .*: make room on it and start again\.$/;

describe('a start on a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'])('reports it in a sentence: %s', (code) => {
    expect(startFailure(Object.assign(new Error('write'), { code }))).toMatch(SENTENCE);
  });

  it('reports it for the database of the queues', () => {
    const database = new DatabaseSync(':memory:');
    const fill = () => database.exec('PRAGMA max_page_count = 2; CREATE TABLE a (b); CREATE TABLE c (d)');
    expect(said(fill)).toMatch(SENTENCE);
    database.close();
  });

  // Linux has a file that is always full.
  (process.platform === 'linux' ? it : it.skip)('reports it for the mailbox', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'start-failure-'));
    const file = join(folder, 'mailbox.ndjson');
    writeFileSync(file, '{"id":"1"}\n');
    symlinkSync('/dev/full', `${file}.next`);
    const failure = await Mailbox.start({ port: 0, file }).then(
      (mailbox) => mailbox.stop(),
      (error: unknown) => startFailure(error),
    );
    rmSync(folder, { recursive: true, force: true });
    expect(failure).toMatch(SENTENCE);
  });
});

function said(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return startFailure(error);
  }
}
