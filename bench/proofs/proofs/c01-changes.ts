import { type Change, contentsOf, type Contents, replay, versionOf } from '../frame/cart-history.js';
import { CartDesk, type OwnCart } from '../frame/cart-desk.js';
import { exactly, info, none } from '../frame/figures.js';
import { type Answer, ask } from '../frame/http.js';
import { load } from '../frame/load.js';
import { shuffled } from '../frame/mail-run.js';
import { untilAnswered } from '../frame/patient.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 2;
const PRODUCTS = 12;
const HOME = { name: 'Ann', line1: '1 Main Street', city: 'Bath', country: 'GB' };

/** A change that is sent with 19 others at once. */
interface Attempt {
  send: () => Promise<Answer>;
  edit: Change['edit'];
}

/**
 * Guests and customers change each cart by 20 requests at once, at two processes: different products, one product,
 * details, and the older spelling that adds. Every answer shows all changes up to its version, and the cart all of them.
 */
export const changes: Proof = {
  name: 'C1',
  failure: 'an acknowledged change of a cart is lost',
  mutants: ['carts-read-then-saved'],
  async run(stage: Stage) {
    const carts = stage.amount(500, 6);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const desk = new CartDesk([platform.services.orders.url, (await platform.another('orders')).url]);
    const shop = await Shop.open(platform);
    const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(1_000)));
    const outcomes: Outcome[] = [];
    let begun = 0;
    const began = Date.now();
    await load(
      CLIENTS,
      () => begun >= carts,
      async () => {
        outcomes.push(await changeAtOnce({ platform, desk, products }, begun++));
        stage.progress(`${outcomes.length} of ${carts} carts`);
      },
    );
    const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, each) => total + count(each), 0);
    const sent = sum((outcome) => outcome.sent);
    return [
      exactly('carts', outcomes.length, carts),
      exactly(
        'changes acknowledged',
        sum(({ acknowledged }) => acknowledged),
        sent,
      ),
      none(
        'answers 5xx',
        sum(({ failed }) => failed),
      ),
      none(
        'changes lost',
        sum(({ lost }) => lost),
      ),
      none(
        'carts with wrong versions',
        sum(({ miscounted }) => Number(miscounted)),
      ),
      info('changes per second', (sent * 1_000) / (Date.now() - began)),
    ];
  },
};

interface Outcome {
  sent: number;
  acknowledged: number;
  failed: number;
  lost: number;
  miscounted: boolean;
}

interface Room {
  platform: ProofPlatform;
  desk: CartDesk;
  products: number[];
}

async function changeAtOnce(room: Room, nth: number): Promise<Outcome> {
  const { platform, desk, products } = room;
  const customer = nth % 2 === 0 ? { token: await platform.people.token(1_000 + nth, 'customer') } : undefined;
  const cart = await desk.begin(customer);
  await desk.put(cart, products[9] ?? 0, 1);
  const before = await desk.read(cart);
  const attempts = shuffled(attemptsOn(cart, room, customer?.token));
  const tried = await Promise.all(attempts.map(async ({ send, edit }) => ({ edit, answer: await send() })));
  const done = tried.filter(({ answer }) => answer.status === 200);
  const made = done.map(({ edit, answer: { body } }) => ({ edit, version: versionOf(body), shown: contentsOf(body) }));
  return {
    sent: attempts.length,
    acknowledged: done.length,
    failed: tried.filter(({ answer: { status } }) => status >= 500 || status === 0).length,
    ...replay(before, made, await desk.read(cart)),
  };
}

/** 20 changes, each of which has an effect wherever it comes in their order. */
function attemptsOn(cart: OwnCart, { desk, products }: Room, token: string | undefined): Attempt[] {
  const product = (index: number) => products[index] ?? 0;
  const put = (index: number, quantity: number): Attempt => ({
    send: () => desk.put(cart, product(index), quantity),
    edit: ({ lines }) => void lines.set(product(index), quantity),
  });
  const say = (details: Contents['details']): Attempt => ({
    send: () => desk.change(cart, details),
    edit: (contents) => void Object.assign(contents.details, details),
  });
  const older: Attempt = {
    send: () => {
      const request = { method: 'POST', body: { product_id: product(8), quantity: 2 } } as const;
      return untilAnswered(() => ask(desk.at('/cart/me/items'), { ...request, token: token ?? '' }));
    },
    edit: ({ lines }) => void lines.set(product(8), (lines.get(product(8)) ?? 0) + 2),
  };
  const removal: Attempt = {
    send: () => desk.remove(cart, product(9)),
    edit: ({ lines }) => void lines.delete(product(9)),
  };
  return [
    ...Array.from({ length: 8 }, (_, index) => put(index, index + 1)),
    ...Array.from({ length: 5 }, (_, index) => put(8, index + 1)),
    ...[removal, put(9, 7), token === undefined ? put(10, 4) : older],
    ...[say({ note: 'One' }), say({ note: 'Another' }), say({ locale: 'en-GB' })],
    say({ email: 'ann@example.com', shipping_address: HOME }),
  ];
}
