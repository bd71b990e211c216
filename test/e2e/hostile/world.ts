import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { type Account, Client } from '../support/client.js';
import type { RunningPlatform } from '../support/platforms.js';
import { SLOW_BYTES } from './abuse.js';
import { type GuestsCart, guestsCart, type GuestsOrder, guestsOrder } from './carts.js';
import { judge } from './judge.js';
import { Stores } from './stores.js';
import { type Parts, takenTo } from './parts.js';
import { sendBytes, sendOnWire, type WireAnswer, type WireRequest } from './wire.js';

/** The people and things of the rows, on one running platform. */
export interface World {
  readonly client: Client;
  readonly stores: Stores;
  readonly running: RunningPlatform;
  readonly admin: string;
  readonly staff: Account;
  readonly ann: Account;
  readonly bob: Account;
  readonly product: number;
  readonly archived: number;
  /** Ann's pending order. */
  readonly annsOrder: number;
  /** Of another order of hers, captured. */
  readonly annsPayment: number;
  /** Of a shipped order of hers, with a return that is requested. */
  readonly annsParts: Parts;
  readonly guest: GuestsCart;
  readonly otherGuest: GuestsCart;
  readonly guestOrder: GuestsOrder;
  readonly otherGuestOrder: GuestsOrder;
  /** The key that signs access tokens: a token forged with it differs from a valid one only in its claims. */
  readonly signingKey: JWK & { kid: string };
  /** Slow connections, by name. */
  readonly slow: ReadonlyMap<string, ReturnType<typeof sendBytes>>;
  /** Every error body so far. */
  readonly refusals: string[];
  /** Sends a request and applies the rules for every response. */
  send(request: WireRequest): Promise<WireAnswer>;
}

export async function createWorld(running: RunningPlatform): Promise<World> {
  const { client } = running;
  const refusals: string[] = [];
  const send = async (request: WireRequest): Promise<WireAnswer> => {
    const answer = await sendOnWire(client.base, request);
    if (answer.status >= 400) refusals.push(answer.text);
    judge(request, answer);
    await client.hold(request.method, request.path, {
      ...answer,
      headers: new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
    });
    return answer;
  };
  const slow = new Map(
    Object.entries(SLOW_BYTES).map(([name, bytes]) => [name, sendBytes(client.base, bytes, 30_000)]),
  );
  for (const connection of slow.values()) connection.catch(() => undefined);
  const [ann, bob, staff] = [await client.customer(), await client.customer(), await promoted(client, 'staff')];
  const { product_id: product } = await client.product({ initial_stock: 100_000 });
  const { product_id: archived } = await client.product();
  const admin = await client.admin();
  await client.call('DELETE', `/products/${archived}`, { token: admin });
  const { body: order } = await client.order(ann.token, [[{ product_id: product }, 1]]);
  const { body: paid } = await client.order(ann.token, [[{ product_id: product }, 1]]);
  const { body: payment } = await client.call('POST', `/orders/${paid.order_id}/payments`, {
    token: staff.token,
    body: { method: 'manual' },
  });
  return {
    ...{ client, running, refusals, send, slow, admin, staff, ann, bob, product, archived },
    annsOrder: Number(order.order_id),
    annsPayment: Number(payment.payment_id),
    annsParts: await takenTo({ client, product, admin }, 'requested', ann.token),
    guest: await guestsCart(client),
    otherGuest: await guestsCart(client),
    guestOrder: await guestsOrder(client, product),
    otherGuestOrder: await guestsOrder(client, product),
    stores: await Stores.open(running),
    signingKey: signingKeyOf(running.dataDir),
  };
}

/** Creates an account with a role and logs in. */
export async function promoted(client: Client, role: 'staff' | 'admin'): Promise<Account> {
  const account = await client.customer();
  const { status } = await client.call('PUT', `/users/${account.id}`, { token: await client.admin(), body: { role } });
  if (status !== 200) throw new Error(`making an account ${role} answered ${status}`);
  return { ...account, token: await client.logIn(account) };
}

function signingKeyOf(dataDir: string): World['signingKey'] {
  const text = readFileSync(join(dataDir, 'jwt-keys.json'), 'utf8');
  const [key] = (JSON.parse(text) as { keys: World['signingKey'][] }).keys;
  if (!key) throw new Error('The platform has no signing key.');
  return key;
}
