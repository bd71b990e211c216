import { randomInt } from 'node:crypto';
import { CartDesk } from '../frame/cart-desk.js';
import { exactly, info, none } from '../frame/figures.js';
import { load } from '../frame/load.js';
import { type MergeOutcome, MergeStory } from '../frame/merge-story.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 4;
const PRODUCTS = 8;

/**
 * Somebody's carts as a guest, one to three of them, are merged into their own: all at once, some of them several times,
 * under one key or without, while other requests change them. Then each is merged once more.
 */
export const merges: Proof = {
  name: 'C2',
  failure: 'a line is lost between a guest’s cart and their own',
  mutants: ['merges-outside-transactions'],
  async run(stage: Stage) {
    const wanted = stage.amount(1_000, 30);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const desk = new CartDesk([platform.services.orders.url, (await platform.another('orders')).url]);
    const shop = await Shop.open(platform);
    const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(1_000)));
    const outcomes: MergeOutcome[] = [];
    const sum = (count: (outcome: MergeOutcome) => number) => outcomes.reduce((total, each) => total + count(each), 0);
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= wanted,
      async () => {
        const guests = Math.min(randomInt(1, 4), wanted - begun);
        begun += guests;
        outcomes.push(await new MergeStory({ platform, desk, products }, begun).run(guests));
        stage.progress(`${sum(({ merged }) => merged)} of ${wanted} merges`);
      },
    );
    return [
      exactly(
        'merges',
        sum(({ merged }) => merged),
        wanted,
      ),
      none(
        'lines and details lost',
        sum(({ lost }) => lost),
      ),
      none(
        'carts with wrong versions',
        sum(({ miscounted }) => miscounted),
      ),
      none(
        'unexpected answers',
        sum(({ unexpected }) => unexpected),
      ),
      exactly(
        'merges of others’ carts answered 404',
        sum(({ notFound }) => notFound),
        sum(({ strange }) => strange),
      ),
      info(
        'merged again',
        sum(({ again }) => again),
      ),
      info(
        'changes in between',
        sum(({ changed }) => changed),
      ),
      info(
        'changes refused after a merge',
        sum(({ refused }) => refused),
      ),
    ];
  },
};
