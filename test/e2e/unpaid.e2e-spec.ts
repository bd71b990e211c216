import { eventually } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

const TTL_SECONDS = 5;

forEachPlatform(
  'an order that nobody pays',
  (platform) => {
    it('holds its stock until its time is over, and its payment ends with it', async () => {
      const { client } = platform();
      const [ann, bob] = [await client.customer(), await client.customer()];
      const product = await client.product({ initial_stock: 2 });
      const placed = await client.order(ann.token, [[product, 2]]);
      const { order_id: orderId } = placed.body;
      const card = { token: ann.token, body: { method: 'card' } };
      const { body: payment } = await client.call('POST', `/orders/${orderId}/payments`, card);
      expect((await client.order(bob.token, [[product, 1]])).body).toMatchObject({ code: 'insufficient-stock' });

      const cancelled = await eventually(
        async () => (await client.call('GET', `/orders/${orderId}`, { token: ann.token })).body,
        ({ status }) => status === 'cancelled',
      );
      const age = Date.parse(cancelled.updated_at) - Date.parse(cancelled.created_at);
      expect(age).toBeGreaterThanOrEqual(TTL_SECONDS * 1_000);
      await eventually(
        () => client.order(bob.token, [[product, 2]]),
        ({ status }) => status === 201,
      );
      await eventually(
        async () => (await client.call('GET', `/payments/${payment.payment_id}`, { token: ann.token })).body,
        ({ status }) => status === 'cancelled',
      );
    }, 60_000);
  },
  { settings: { UNPAID_ORDER_TTL: `${TTL_SECONDS}s` } },
);
