import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { names } from '@app/events';
import { Queues } from '@app/messaging';
import { realDatabaseUrl } from '../support/real-servers.js';
import { runOps, spawnOps } from '../support/ops.js';
import { TopicTap } from '../support/topic-tap.js';
import { TestOrder } from '../support/sample-events.js';
import { eventually, unique } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

const ROWS = 6_000;

forEachPlatform('operators', (running, kind) => {
  const ops = (...args: string[]) => runOps(args, running());

  const catalog = (name: string) => {
    const rows = Array.from({ length: ROWS }, (_, n) => `BULK-${n},${name} ${n},${(n % 500) + 1}.50,3`);
    return `sku,name,price,initial_stock\n${rows.join('\n')}\n`;
  };

  it('goes on after kill -9, while the platform serves and forgets what it had cached', async () => {
    const { client, dataDir } = running();
    const file = join(dataDir, 'catalog.csv');
    writeFileSync(file, `${catalog('Widget')}bad sku,x,1,1\n`);
    // Staff is never shown a cached answer.
    const token = await client.admin();
    const present = async () => Number((await client.call('GET', '/products?q=widget', { token })).body.total);
    expect(await present()).toBe(0);

    const first = spawnOps(['products', 'import', file], running());
    await eventually(present, (total) => total > 0, 20_000);
    first.child.kill('SIGKILL');
    await first.ended;

    const out = await runOps(['products', 'import', file], running());
    const [, inserted, unchanged] =
      /^(\d+) inserted, 0 updated, (\d+) unchanged, 1 rejected; \d+ rows\/s/.exec(out) ?? [];
    expect(Number(inserted) + Number(unchanged)).toBe(ROWS);
    expect(Number(unchanged)).toBeGreaterThan(0);
    expect(Number(inserted)).toBeGreaterThan(0);
    expect(readFileSync(`${file}.rejects.ndjson`, 'utf8')).toContain(`{"line":${ROWS + 2},"reason":"sku must be`);

    const sku = `BULK-${ROWS - 1}`;
    const find = async () => (await client.call('GET', `/products?sku=${sku}`)).body.products[0];
    const { product_id } = await find();
    const read = async () => (await client.call('GET', `/products/${product_id}`)).body.name;
    expect(await read()).toBe(`Widget ${ROWS - 1}`);
    writeFileSync(file, `sku,name,price\n${sku},Gadget,1\n`);
    expect(await runOps(['products', 'import', file], running())).toContain('0 inserted, 1 updated, 0 unchanged');
    await eventually(read, (name) => name === 'Gadget', 10_000);
    await eventually(find, ({ name }) => name === 'Gadget', 10_000);
  }, 120_000);

  it("tells one order's story under one request id, after a redelivery and a redrive too", async () => {
    const { client, dataDir } = running();
    const { aws_endpoint: endpoint } = JSON.parse(readFileSync(join(dataDir, 'platform.json'), 'utf8'));
    const tap = await TopicTap.open(endpoint);
    const queues = new Queues({ region: 'eu-west-1', endpoint });
    const customer = await client.customer();
    const requestId = unique('story-request-');
    const placed = await client.order(customer.token, [[await client.product(), 1]], { 'x-request-id': requestId });
    expect(placed.status).toBe(201);
    const body = await tap.find((text) => text.includes(requestId) && text.includes('"order.created"'));
    const story = async () => hopsOf((await client.call('GET', `/dev/orders/${placed.body.order_id}`)).text);
    await eventually(
      story,
      (hops) => hops.some(({ kind, text }) => kind === 'e-mail' && text.includes(': sent')),
      20_000,
    );

    await queues.send(await queues.url(names('local').queue('notifier')), body);
    const deliveries = async () =>
      (await story()).filter(({ kind, service }) => kind === 'delivery' && service === 'notifier');
    await eventually(deliveries, (hops) => hops.length === 2, 20_000);
    const dlq = names('local').deadLetterQueue('notifier');
    await queues.send(await queues.url(dlq), body);
    const path = `/dev/queues/${dlq}`;
    expect((await client.call('GET', path)).text).toContain(requestId);
    const form = { raw: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const foreign = { ...form, headers: { ...form.headers, origin: 'http://evil.example' } };
    expect((await client.call('POST', `${path}/redrive`, foreign)).status).toBe(403);
    expect((await client.call('POST', `${path}/redrive`, form)).status).toBe(403);
    const own = { ...form, headers: { ...form.headers, origin: client.base } };
    expect((await client.call('POST', `${path}/redrive`, own)).status).toBeLessThan(400);
    await eventually(deliveries, (hops) => hops.length === 3, 20_000);
    queues.close();
    tap.close();

    const hops = await story();
    const kinds = hops.map(({ kind, service }) => `${kind} ${service}`);
    expect(kinds[0]).toBe('request orders');
    for (const hop of [
      'transaction orders',
      'event orders',
      'delivery products',
      'transaction products',
      'redrive notifier',
    ])
      expect(kinds).toContain(hop);
    expect(kinds.filter((kind) => kind === 'e-mail notifier')).toHaveLength(1);
    expect(hops.find(({ kind }) => kind === 'e-mail')?.text).toContain('sent 1 times');
    expect(
      await client.mailTo(customer.email).then((mails) => mails.filter(({ text }) => text.includes('29.99'))),
    ).toHaveLength(1);
    const whole = (await client.call('GET', `/dev/requests/${requestId}`)).text;
    expect(hopsOf(whole)).toEqual(hops);
  }, 90_000);

  // A process for each command: once, where everything is real if it can be.
  if (kind === 'real' || realDatabaseUrl() === undefined) {
    it('exports what it imports', async () => {
      const { dataDir } = running();
      const file = join(dataDir, `${unique('export')}.ndjson`);
      await runOps(['products', 'export', '--format', 'ndjson', '--output', file], running());
      expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(ROWS);
      expect(await runOps(['products', 'import', file, '--dry-run'], running())).toContain('0 inserted, 0 updated');
    }, 60_000);

    it('shows, counts and redrives dead letters, once each, and says who did it', async () => {
      const { client, dataDir } = running();
      const { aws_endpoint: endpoint } = JSON.parse(readFileSync(join(dataDir, 'platform.json'), 'utf8'));
      const queues = new Queues({ region: 'eu-west-1', endpoint });
      const deadLetters = await queues.url(names('local').deadLetterQueue('notifier'));
      const orders = Array.from({ length: 12 }, () => new TestOrder());
      for (const order of orders) await queues.send(deadLetters, JSON.stringify(order.event('order.created')));
      queues.close();

      const list = await ops('dlq', 'list', 'notifier', '--limit', '5');
      expect(list.match(/order\.created/g)).toHaveLength(5);
      const [, id = ''] = /^([0-9a-f-]{36}) /m.exec(list) ?? [];
      const shown = await ops('dlq', 'show', 'notifier', id);
      expect(shown).toContain('"customer_email": "[redacted]"');
      expect(await ops('dlq', 'redrive', 'notifier', '--dry-run')).toContain('It would move 12 of 12');
      expect(await ops('dlq', 'redrive', 'notifier', '--limit', '10')).toContain(
        '10 dead letters of notifier are back',
      );
      const [left, audit] = await Promise.all([ops('dlq', 'list'), ops('audit', 'list', 'notifier')]);
      expect(left).toMatch(/^notifier +2 +0$/m);
      const mailed = async () => {
        const mails = await Promise.all(orders.map(({ email }) => client.mailTo(email)));
        return mails.map(({ length }) => length).filter((length) => length > 0);
      };
      await eventually(mailed, ({ length }) => length === 10, 30_000);
      expect(await mailed()).toEqual(Array(10).fill(1));
      // The console's, of the test before, and the command's.
      for (const states of [
        '{"dead_letters":1} +{"dead_letters":0,"moved":1}',
        '{"dead_letters":12} +{"dead_letters":2,"moved":10}',
      ])
        expect(audit).toMatch(new RegExp(`${userInfo().username}@\\S+ +dlq.redrive +notifier +${states}`));
    }, 120_000);

    it('refuses to park a row that was sent, and sends an e-mail again, once', async () => {
      const { client } = running();
      const customer = await client.customer();
      const placed = await client.order(customer.token, [[await client.product(), 1]]);
      await eventually(
        () => client.mailTo(customer.email),
        (mails) => mails.some(({ text }) => text.includes('29.99')),
      );
      const [sent, emails] = await Promise.all([
        ops('outbox', 'list', 'orders', '--state', 'sent'),
        ops('emails', 'list', '--limit', '100'),
      ]);
      const [, id = ''] = /^(\d+) +\S+ +order\.created/m.exec(sent) ?? [];
      const refused = await spawnOps(['outbox', 'park', 'orders', id], running()).ended;
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(`Row ${id} was sent`)]);

      const order = placed.body.order_id as number;
      const [, emailId = ''] = new RegExp(`^(\\d+) +order-confirmation +sent +${order} `, 'm').exec(emails) ?? [];
      expect(await ops('emails', 'resend', emailId)).toContain('goes out as soon as');
      const copies = async () =>
        (await client.mailTo(customer.email)).filter(({ text }) => text.includes('29.99')).length;
      await eventually(copies, (count) => count === 2, 20_000);
      const audit = await ops('audit', 'list', 'notifier');
      expect(audit).toMatch(/emails\.resend +\d+ +{"status":"sent","attempts":1} +{"status":"queued","attempts":1}/);
      expect(audit).not.toContain('@example');
    }, 120_000);

    it('tells which migrations ran, and in a sentence what it cannot take', async () => {
      const [status, wrong, missing] = await Promise.all([
        ops('migrate', 'status', 'orders'),
        spawnOps(['outbox', 'list', 'orders', '--limit', '101'], running()).ended,
        spawnOps(['products', 'import', 'nowhere.csv'], running()).ended,
      ]);
      expect(status).toContain('CreateOperatorActions');
      expect(status).not.toContain('pending');
      expect([wrong.code, wrong.err]).toEqual([
        1,
        expect.stringContaining('--limit takes a whole number from 1 to 100'),
      ]);
      expect([missing.code, missing.err]).toEqual([1, 'There is no file nowhere.csv.\n']);
    }, 60_000);
  }
});

/** The steps of a story's page. */
function hopsOf(page: string): { kind: string; service: string; text: string }[] {
  return [...page.matchAll(/<li data-kind="([^"]*)" data-service="([^"]*)">(.*?)<\/li>/gs)].map(
    ([, kind = '', service = '', text = '']) => ({ kind, service, text }),
  );
}
