import assert from 'node:assert/strict';
import { cached } from './cached.js';
import { canaryOf } from './canary.js';
import type { HostileRow } from './row.js';
import type { Dump } from './stores.js';
import { omit } from './wire.js';
import type { World } from './world.js';

const group = 'leaks';

/** The names of the values that occur in a text, plain or escaped as JSON. */
function found(text: string, values: Record<string, string>): string[] {
  return Object.keys(values).filter(
    (name) => text.includes(values[name] ?? '') || text.includes(JSON.stringify(values[name]).slice(1, -1)),
  );
}

function hits(dump: Dump, values: Record<string, string>): string[] {
  return [...dump].flatMap(([table, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) =>
        found(Buffer.isBuffer(value) ? value.toString('latin1') : String(value), values).map(
          (name) => `${name} in ${table}.${column}`,
        ),
      ),
    ),
  );
}

/** The intended tables of a person's data while the account exists. */
const HOMES =
  /in (users\.(users|addresses)\.|users\.idempotency_keys\.response|users\.outbox\.envelope|orders\.(orders|carts)\.|orders\.outbox\.envelope|orders\.idempotency_keys\.response)/;

const everybody = ({ admin, ann, bob, staff, guest }: World): Record<string, string> => ({
  "the administrator's token": admin,
  ...Object.fromEntries(
    [ann, bob, staff].flatMap(({ id, token, email }) => [
      [`token of ${id}`, token],
      [`address of ${id}`, email],
    ]),
  ),
  'the token of a cart': guest.cart_token,
  'a password': 'a long enough pass phrase',
  'a guessed password': 'not the pass phrase',
});

export const LEAK_ROWS: HostileRow[] = [
  {
    group,
    name: 'no log line holds a secret or personal data',
    story: async (world) => {
      const { secrets, personal, requestId } = await canaryOf(world);
      await world.stores.settled();
      const log = world.running.log.join('\n');
      assert.ok(log.includes(requestId), 'the log that is searched is not the one of this platform');
      assert.deepEqual(found(log, { ...secrets, ...personal, ...everybody(world) }), []);
    },
  },
  {
    group,
    name: 'no number tells of a person, a secret or a request',
    story: async (world) => {
      const { secrets, personal, requestId } = await canaryOf(world);
      const text = await (await fetch(`${world.client.base}/metrics`)).text();
      assert.match(text, /http_request_seconds_count\{service="users",method="POST",route="\/users",status="201"\}/);
      assert.deepEqual(found(text, { ...secrets, ...personal, ...everybody(world), requestId }), []);
    },
  },
  {
    group,
    name: 'no error body of any row holds a secret or personal data',
    story: async (world) => {
      const { secrets, personal } = await canaryOf(world);
      const bodies = world.refusals.map((text) => {
        const { body } = { body: JSON.parse(text || '{}') as object };
        return JSON.stringify(omit(body, 'instance'));
      });
      assert.ok(bodies.length > 50);
      assert.deepEqual(found(bodies.join('\n'), { ...secrets, ...personal, ...everybody(world) }), []);
    },
  },
  {
    group,
    name: 'no secret is stored as it is, personal data only where it belongs, and neither in Redis',
    story: async (world) => {
      const { secrets, personal } = await canaryOf(world);
      await world.stores.settled();
      const dump = await world.stores.dump();
      assert.deepEqual(hits(dump, secrets), []);
      assert.deepEqual(hits(await cached(world.running), { ...secrets, ...personal, ...everybody(world) }), []);
      const elsewhere = hits(dump, personal).filter((hit) => !HOMES.test(hit));
      assert.deepEqual(elsewhere, []);
    },
  },
  {
    group,
    name: 'nothing of a person is left after the erasure',
    story: async (world) => {
      const { id, order, accessToken, personal, secrets } = await canaryOf(world);
      const cancelled = await world.send({
        method: 'PUT',
        path: `/orders/${order}`,
        token: accessToken,
        json: { status: 'cancelled' },
      });
      assert.equal(cancelled.status, 200);
      await world.stores.settled();
      assert.equal((await world.send({ method: 'DELETE', path: `/users/${id}`, token: accessToken })).status, 204);
      await world.stores.settled();
      const left = [...(await world.stores.dump()), ...(await cached(world.running))];
      assert.deepEqual(hits(new Map(left), { ...personal, ...secrets }), []);
    },
  },
];
