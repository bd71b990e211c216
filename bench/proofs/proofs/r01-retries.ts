import { Agent } from 'node:http';
import { exactly, info, none } from '../frame/figures.js';
import type { Answer } from '../frame/http.js';
import { load } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { type Customer, Shop } from '../frame/shop.js';
import { TcpProxy } from '../frame/tcp-proxy.js';

const POSTS = 20;

interface Outcome {
  orderIds: Set<number>;
  replayed: number;
  /** Other responses, such as `500 internal-error`. */
  wrong: string[];
}

/**
 * 100 keys, each posted 20 times at once. One order in five fails inside the service, and one response in five is cut,
 * so that the client must retry a request that may have succeeded.
 */
export const retries: Proof = {
  name: 'R1',
  failure: 'a retry makes a second order',
  mutants: ['keys-without-claims'],
  async run(stage: Stage) {
    const keys = stage.amount(100, 10);
    const platform = await stage.platform({
      services: ['users', 'products', 'orders'],
      preloads: ['preloads/failing-orders'],
    });
    const shop = await Shop.open(platform);
    const [ann, bob] = [await shop.customer(), await shop.customer()];
    const product = await shop.product(100_000);
    const wire = await TcpProxy.start(Number(new URL(platform.services.orders.url).port));
    const base = `http://127.0.0.1:${wire.port}`;
    // One connection per request, so that a cut affects only one response.
    const agent = new Agent({ keepAlive: false });
    wire.cutAnswers(() => Math.random() < 0.2);

    const post = (customer: Customer, key: string, quantity = 1) =>
      untilAnswered(() => shop.order(customer, [[product, quantity]], { key, base, agent }));
    const outcomes: Outcome[] = [];
    let next = 0;
    await load(
      2,
      () => next >= keys,
      async () => {
        const key = `key ${next++}`;
        outcomes.push(tally(await Promise.all(Array.from({ length: POSTS }, () => post(ann, key)))));
        stage.progress(`${outcomes.length} of ${keys} keys`);
      },
    );
    const otherBody = await post(ann, 'key 0', 2);
    const othersKey = await post(bob, 'key 0');
    wire.cutAnswers(() => false);
    await wire.stop();

    const orders = await platform.databases.number('orders', 'SELECT COUNT(*) FROM orders WHERE user_id = ?', [
      ann.userId,
    ]);
    const unexpected = outcomes.flatMap(({ wrong }) => wrong);
    if (unexpected.length > 0) process.stderr.write(`  R1: unexpected are ${unexpected.join(', ')}\n`);
    return [
      exactly('orders', orders, keys),
      none('keys with two answers', outcomes.filter(({ orderIds }) => orderIds.size !== 1).length),
      none('unexpected answers', unexpected.length),
      info(
        'replays',
        outcomes.reduce((sum, { replayed }) => sum + replayed, 0),
      ),
      exactly('same key with another body', otherBody.status, 422),
      exactly('refused as idempotency-key-reused', Number(otherBody.body['code'] === 'idempotency-key-reused'), 1),
      exactly("another caller's same key", othersKey.status, 201),
    ];
  },
};

function tally(answers: Answer[]): Outcome {
  return {
    orderIds: new Set(answers.map(({ body }) => Number(body['order_id']))),
    replayed: answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true').length,
    wrong: answers
      .filter(({ status }) => status !== 201)
      .map(({ status, body }) => `${status} ${String(body['code'])}`),
  };
}
