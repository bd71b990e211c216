import assert from 'node:assert/strict';
import { differences } from './stores.js';
import type { WireAnswer, WireRequest } from './wire.js';
import type { World } from './world.js';

/** One line of the hostile table: an attempt, and the response required by the contract. */
export type HostileRow = { group: string; name: string } & (SingleRequest | Story);

export interface SingleRequest {
  /** The only status that the contract allows; a list if it allows several. */
  status: number | readonly number[];
  code?: string;
  /** Prepares the row and returns the request to send; the databases are compared from then on. */
  request: (world: World) => WireRequest | Promise<WireRequest>;
  /** Further checks of the response or its effects. */
  check?: (answer: WireAnswer, world: World) => void | Promise<void>;
  /** Tables that this refusal changes on purpose, such as the counter of wrong passwords. */
  mayChange?: readonly string[];
}

/** An attack by the order or number of several requests; each response is judged. */
export interface Story {
  story: (world: World) => Promise<void>;
}

/** Throws if the platform violates the contract for this row. */
export async function runRow(row: HostileRow, world: World): Promise<void> {
  if ('story' in row) {
    await row.story(world);
    return;
  }
  const request = await row.request(world);
  const before = await world.stores.settled();
  const answer = await world.send(request);
  const expected = [row.status].flat();
  assert.ok(expected.includes(answer.status), `expected ${expected.join(' or ')}, got ${answer.status} ${answer.text}`);
  if (row.code !== undefined) assert.equal(answer.body.code, row.code);
  if (answer.status >= 300) {
    const changed = differences(before, await world.stores.digest());
    assert.deepEqual(
      changed.filter((table) => !row.mayChange?.includes(table)),
      [],
      'a refused request changed tables',
    );
  }
  await row.check?.(answer, world);
}
