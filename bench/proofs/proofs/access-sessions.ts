import { atMost, exactly, info } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { load, settle } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Session } from '../frame/session.js';

const PROMISED_MS = 60_000;
const REFRESHES = 20;

/** People change their password or log out; every instance of products and orders must refuse their former tokens. */
export const endedSessions: Proof = {
  name: 'sessions',
  failure: 'a token outlives its session',
  mutants: ['ended-sessions-forgotten'],
  async run(stage) {
    const people = stage.amount(20, 4);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const others = [await platform.another('products'), await platform.another('orders')] as const;
    const addresses = (userId: number) => [
      `${platform.services.products.url}/products/1/inventory/movements`,
      `${others[0].url}/products/1/inventory/movements`,
      `${platform.services.orders.url}/users/${userId}/orders`,
      `${others[1].url}/users/${userId}/orders`,
    ];
    let [longest, early, done] = [0, 0, 0];
    const leave = async (person: number): Promise<void> => {
      const session = await Session.open(platform);
      const urls = addresses(session.userId);
      for (const url of urls) if ((await ask(url, { token: session.token })).status === 401) early += 1;
      const { token } = session;
      await (person % 2 === 0 ? session.changePassword() : session.erase());
      const began = performance.now();
      await Promise.all(urls.map((url) => untilRefused(url, token)));
      longest = Math.max(longest, performance.now() - began);
      stage.progress(`${(done += 1)} of ${people} people, refused within ${Math.round(longest)} ms`);
    };
    let next = 0;
    await load(
      5,
      () => next >= people,
      () => leave(next++),
    );
    return [
      info('people', people),
      exactly('refused before the end', early, 0),
      atMost('seconds until every instance refuses', longest / 1_000, PROMISED_MS / 1_000),
      ...(await refreshRace(platform)),
    ];
  },
};

async function untilRefused(url: string, token: string): Promise<void> {
  const refused = ({ status }: { status: number }) => status === 401;
  await settle(PROMISED_MS + 2_000, () => ask(url, { token }), refused);
}

/** Many refreshes with one token at once are a client with many tabs: all get the same valid successor. */
async function refreshRace(platform: ProofPlatform) {
  const session = await Session.open(platform);
  const answers = await Promise.all(Array.from({ length: REFRESHES }, () => session.trade()));
  const successors = new Set(answers.map(({ body }) => String(body['refresh_token'])));
  const after = await session.trade([...successors][0]);
  const reused = await session.trade();
  return [
    exactly(`of ${REFRESHES} refreshes`, answers.filter(({ status }) => status === 200).length, REFRESHES),
    exactly('different successors', successors.size, 1),
    exactly('the successor', after.status, 200),
    exactly('the first token, after its successor', reused.status, 401),
  ];
}
