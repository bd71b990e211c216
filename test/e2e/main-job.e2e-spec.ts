import { randomUUID } from 'node:crypto';
import { forEachPlatform } from './support/platforms.js';
import { eventually, unique } from './support/client.js';

type Line = Record<'service' | 'message' | 'command' | 'event_type' | 'template', string | undefined>;

forEachPlatform(
  'the main job',
  (platform) => {
    it('an order runs from pending to completed, and each step sends one e-mail', async () => {
      const { client } = platform();
      const customer = await client.customer();
      const mouse = await client.product({ price: '19.90' });
      const cable = await client.product({ price: 0.1, name: 'Cable' });
      const tracking = unique('T');

      const placed = await client.order(customer.token, [
        [mouse, 3],
        [cable, 3],
      ]);
      expect(placed.status).toBe(201);
      expect(placed.headers.get('location')).toBe(`/orders/${placed.body.order_id}`);
      expect(placed.body).toMatchObject({
        order_total: '60.00',
        status: 'pending',
        user_id: customer.id,
        customer_email: customer.email,
      });
      expect(await client.stock(mouse)).toEqual([10, 3, 7]);

      const token = await client.admin();
      for (const body of [
        { status: 'paid' },
        { status: 'shipped', carrier: 'DHL', tracking_number: tracking },
        { status: 'completed' },
      ]) {
        const step = await client.call('PUT', `/orders/${placed.body.order_id}`, { token, body });
        expect([step.status, step.body.status]).toEqual([200, body.status]);
        const again = await client.call('PUT', `/orders/${placed.body.order_id}`, {
          token,
          body: { status: body.status },
        });
        expect([again.status, again.body.version]).toEqual([200, step.body.version]);
      }

      await eventually(
        () => client.stock(mouse),
        ([stock, reserved]) => stock === 7 && reserved === 0,
      );
      const mails = await eventually(
        () => client.mailTo(customer.email),
        ({ length }) => length >= 5,
      );
      expect(mails).toHaveLength(5);
      const confirmation = mails.find(({ text }) => text.includes('60.00'));
      expect(confirmation?.html).toContain('60.00');
      expect(mails.some(({ text, html }) => text.includes(tracking) && html.includes(tracking))).toBe(true);
      const read = await client.call('GET', `/orders/${placed.body.order_id}`, { token: customer.token });
      expect(read.body.history.map(({ status }: { status: string }) => status)).toEqual([
        'pending',
        'paid',
        'shipped',
        'completed',
      ]);
    });

    it('one trace leads from the request through command, event and queue to the e-mail', async () => {
      const { client, log } = platform();
      const customer = await client.customer();
      const product = await client.product();
      const trace = randomUUID().replaceAll('-', '');
      const answer = await client.order(customer.token, [[product, 1]], {
        traceparent: `00-${trace}-00f067aa0ba902b7-01`,
      });
      expect(answer.status).toBe(201);
      const stations = await eventually(
        () => {
          const lines = log.filter((line) => line.includes(trace)).map((line) => JSON.parse(line) as Line);
          return new Set(
            lines.map(({ service, message, command, event_type, template }) =>
              [service, message, command ?? event_type ?? template].filter(Boolean).join(' '),
            ),
          );
        },
        ({ size }) => size >= 6,
      );
      expect([...stations].sort()).toEqual([
        'notifier e-mail sent order-confirmation',
        'notifier event consumed order.created',
        'orders request',
        'products command inventory.reserve',
        'products event consumed order.created',
        'users command users.get',
      ]);
      const [mail] = await eventually(
        () => client.mailTo(customer.email).then((mails) => mails.filter(({ tags }) => tags?.['trace_id'] === trace)),
        ({ length }) => length > 0,
      );
      expect(mail?.subject).toContain(String(answer.body.order_id));
    });

    it('a cancelled order releases its stock once', async () => {
      const { client } = platform();
      const customer = await client.customer();
      const product = await client.product();
      const { body: order } = await client.order(customer.token, [[product, 4]]);
      for (const attempt of [1, 2]) {
        const cancelled = await client.call('PUT', `/orders/${order.order_id}`, {
          token: customer.token,
          body: { status: 'cancelled', cancel_reason: `changed my mind ${attempt}` },
        });
        expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
      }
      await eventually(
        () => client.stock(product),
        ([stock, reserved]) => stock === 10 && reserved === 0,
      );
      const { body } = await client.call('GET', `/products/${product.product_id}/inventory/movements`, {
        token: await client.admin(),
      });
      const sum = (field: string) =>
        body.movements.reduce((total: number, movement: Record<string, number>) => total + (movement[field] ?? 0), 0);
      expect([sum('stock_delta'), sum('reserved_delta')]).toEqual([10, 0]);
    });

    it('the same Idempotency-Key places one order, and its response is replayed', async () => {
      const { client } = platform();
      const customer = await client.customer();
      const product = await client.product();
      const key = { 'idempotency-key': unique('key-') };
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => client.order(customer.token, [[product, 1]], key)),
      );
      const settled = await client.order(customer.token, [[product, 1]], key);
      expect(settled.headers.get('idempotency-replayed')).toBe('true');
      for (const answer of answers) {
        if (answer.status === 409) expect(answer.body.code).toBe('idempotency-key-in-use');
        else expect([answer.status, answer.body.order_id]).toEqual([201, settled.body.order_id]);
      }
      expect(settled.headers.get('location')).toBe(`/orders/${settled.body.order_id}`);
      expect((await client.stock(product))[1]).toBe(1);
      const other = await client.order(customer.token, [[product, 2]], key);
      expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    });

    it('stock is never oversold by concurrent buyers', async () => {
      const { client } = platform();
      const product = await client.product({ initial_stock: 5 });
      const customer = await client.customer();
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.order(customer.token, [[product, 1]])));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
      expect(answers.filter(({ body }) => body.code === 'insufficient-stock')).toHaveLength(15);
      expect(await client.stock(product)).toEqual([5, 5, 0]);
    });
  },
  { logLevel: 'info' },
);
