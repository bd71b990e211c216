import { RequestJournal } from '../../../apps/local/src/dev/request-journal.js';

const all: string[] = [];

/** Keeps every log line. */
RequestJournal.prototype['keep'] = function (line: string): void {
  // A copy, as after parsing, since a substring shares the memory of its line.
  all.push(Buffer.from(line).toString());
};
