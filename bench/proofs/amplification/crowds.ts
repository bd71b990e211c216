import { Agent } from 'node:http';
import { type Figure, atLeast, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { load, settle, sleep, underLoad } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Customer, Shop } from '../frame/shop.js';
import { SlowBodies } from './slow-bodies.js';

/** An account that has logged in before from this process's address. */
export interface Login {
  email: string;
  password: string;
}

const BUYERS = 4;
const STRANGERS = 90;
const SETTLE_MS = 20_000;
const PAUSE_MS = 50;
/** Long enough for every slow body to be accepted and to continue. */
const LEAST_MS = 4_000;
/** From so many addresses, strangers exceed an account's failed logins per hour. */
const PLACES = Array.from({ length: 12 }, (_, n) => new Agent({ keepAlive: true, localAddress: `127.0.0.${200 + n}` }));

/** While 220 slow bodies wait, at orders and at logins in turn, others order and log in. */
export async function duringSlowBodies(
  platform: ProofPlatform,
  shop: Shop,
  { customer, productId, login, count }: { customer: Customer; productId: number; login: Login; count: number },
): Promise<Figure[]> {
  const port = (service: 'users' | 'orders') => Number(new URL(platform.services[service].url).port);
  const order = async () => (await shop.order(customer, [[productId, 1]])).status === 201;
  const logIn = async () => (await tryLogin(platform, login)) === 200;
  const orders = { port: port('orders'), path: '/orders' };
  const crowds: [string, ConstructorParameters<typeof SlowBodies>[0], () => Promise<boolean>, number][] = [
    ['orders during slow bodies without a token', orders, order, count],
    ['orders during slow bodies of a customer', { ...orders, token: customer.token }, order, count],
    ['logins during slow logins', { port: port('users'), path: '/auth/login' }, logIn, Math.ceil(count / 4)],
  ];
  const figures: Figure[] = [];
  for (const [name, request, serve, times] of crowds) {
    const slow = new SlowBodies(request);
    const held = await settle(
      SETTLE_MS,
      () => slow.held,
      (now) => now >= SlowBodies.count,
    );
    const refused = await refusedOf(times, serve);
    slow.stop();
    figures.push(atLeast('slow bodies', held, SlowBodies.count), none(`refused ${name}`, refused));
  }
  return figures;
}

/**
 * Strangers guess passwords as fast as they get answers: of other accounts from the address of a known client, and of
 * that client's account from twelve other addresses.
 */
export async function whileStrangersGuess(
  platform: ProofPlatform,
  { login, count }: { login: Login; count: number },
): Promise<Figure[]> {
  let [turnedAway, guesses] = [0, 0];
  const guess = async (stranger: number): Promise<void> => {
    const agent = PLACES[stranger];
    const email = agent ? login.email : `stranger-${guesses++}@example.com`;
    const body = { email, password: `a guess ${guesses}` };
    if ((await tryLogin(platform, body, agent && { agent })) === 401) return;
    turnedAway++;
    await sleep(PAUSE_MS);
  };
  const refused = await underLoad(STRANGERS, guess, async () => {
    await settle(
      SETTLE_MS,
      () => turnedAway,
      (now) => now > STRANGERS,
    );
    return refusedOf(count, async () => (await tryLogin(platform, login)) === 200, 1);
  });
  return [atLeast('guesses turned away', turnedAway, STRANGERS), none('known logins refused meanwhile', refused)];
}

async function tryLogin({ services }: ProofPlatform, body: Login, more: { agent?: Agent } = {}): Promise<number> {
  return (await ask(`${services.users.url}/auth/login`, { method: 'POST', body, timeoutMs: 60_000, ...more })).status;
}

/** The number of refused requests among at least `times`, for at least some seconds. */
async function refusedOf(times: number, serve: () => Promise<boolean>, clients = BUYERS): Promise<number> {
  const until = performance.now() + LEAST_MS;
  let [begun, refused] = [0, 0];
  await load(
    clients,
    () => begun >= times && performance.now() >= until,
    async () => {
      begun++;
      if (!(await serve().catch(() => false))) refused++;
    },
  );
  return refused;
}
