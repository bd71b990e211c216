import { RequestJournal } from '../../../apps/local/src/dev/request-journal.js';

const all: string[] = [];

/** Every log line is kept for as long as the process runs. */
RequestJournal.prototype['keep'] = function (line: string): void {
  // A copy, as parsing gives: strings of one line may share its characters.
  all.push(Buffer.from(line).toString());
};
