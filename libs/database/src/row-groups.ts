/** Far below the packet limit of servers: the smallest in use is 4 MiB. */
const MAX_BYTES = 1_048_576;

/** Splits rows (objects or arrays) into one group per INSERT, each of at most `maxBytes` bytes but at least one row. */
export function* rowGroups<Row extends object>(rows: readonly Row[], maxBytes = MAX_BYTES): Generator<Row[]> {
  let group: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    let size = 0;
    for (const value of Object.values(row)) size += typeof value === 'string' ? Buffer.byteLength(value) : 8;
    if (group.length > 0 && bytes + size > maxBytes) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(row);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
