import assert from 'node:assert/strict';
import type { ErrorCode } from '@app/kernel';
import { differences } from './stores.js';
import type { WireAnswer, WireRequest } from './wire.js';
import type { World } from './world.js';

/** One line of the hostile table: what is tried, and what the contract answers. */
export type HostileRow = { group: string; name: string } & (SingleRequest | Story);

export interface SingleRequest {
  /** The only status the contract gives; a list where it leaves a choice. */
  status: number | readonly number[];
  code?: ErrorCode;
  /** Prepares what the row needs and answers what to send; the database is compared from here on. */
  request: (world: World) => WireRequest | Promise<WireRequest>;
  /** Further things to see in the answer or after it. */
  check?: (answer: WireAnswer, world: World) => void | Promise<void>;
  /** Tables that this refusal changes by intent, such as the counter of wrong passwords. */
  mayChange?: readonly string[];
}

/** Several requests whose order or number is the attack; each answer is judged alike. */
export interface Story {
  story: (world: World) => Promise<void>;
}

/** Throws unless the platform treats the row as the contract says. */
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
