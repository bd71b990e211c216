import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { names } from '@app/events';
import { Queues } from '@app/messaging';
import { realDatabaseUrl } from '../support/real-servers.js';
import { environmentOf, runOps, spawnOps } from '../support/ops.js';
import { TopicTap } from '../support/topic-tap.js';
import { TestOrder } from '../support/sample-events.js';
import { type Email, eventually, unique } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

const run = promisify(execFile);

const ROWS = 6_000;
/** The exit code of a partial success. */
const PARTLY = 2;

forEachPlatform('operators', (running, kind) => {
  const ops = (...args: string[]) => runOps(args, running());

  const catalog = (name: string) => {
    const rows = Array.from({ length: ROWS }, (_, n) => `BULK-${n},${name} ${n},${(n % 500) + 1}.50,3`);
    return `sku,name,price,initial_stock\n${rows.join('\n')}\n`;
  };

  it('continues after kill -9, while the platform serves and drops its cached values', async () => {
    const { client, dataDir } = running();
    const file = join(dataDir, 'catalog.csv');
    writeFileSync(file, `${catalog('Widget')}bad sku,x,1,1\n`);
    // Staff never gets cached responses.
    const token = await client.admin();
    const present = async () => Number((await client.call('GET', '/products?sku=BULK-0', { token })).body.total);
    expect(await present()).toBe(0);

    const first = spawnOps(['products', 'import', file], running());
    await eventually(present, (total) => total > 0, 20_000);
    first.child.kill('SIGKILL');
    await first.ended;

    const out = await runOps(['products', 'import', file], running(), PARTLY);
    const [, inserted, unchanged] =
      /^(\d+) inserted, 0 updated, (\d+) unchanged, 1 rejected; \d+ rows\/s/m.exec(out) ?? [];
    expect(Number(inserted) + Number(unchanged)).toBe(ROWS);
    expect(Number(unchanged)).toBeGreaterThan(0);
    expect(Number(inserted)).toBeGreaterThan(0);
    expect(readFileSync(`${file}.rejects.csv`, 'utf8')).toMatch(
      new RegExp(
        `^rejected_line,rejected_reason,sku,name,price,initial_stock\n${ROWS + 2},"sku must be .*",bad sku,x,1,1\n$`,
      ),
    );

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

  it("shows one order's story under one request id, even after a redelivery and a redrive", async () => {
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

  // Each command needs a process, so this runs only once, with real servers if possible.
  if (kind === 'real' || realDatabaseUrl() === undefined) {
    it('exports what it imports', async () => {
      const { dataDir } = running();
      const file = join(dataDir, `${unique('export')}.ndjson`);
      await runOps(['products', 'export', '--format', 'ndjson', '--output', file], running());
      expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(ROWS);
      expect(await runOps(['products', 'import', file, '--dry-run'], running())).toContain('0 inserted, 0 updated');
    }, 60_000);

    it('shows, counts and redrives dead letters, once each, and records who did it', async () => {
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
      // One from the console, in the test before, and one from the command.
      for (const states of [
        '{"dead_letters":1} +{"dead_letters":0,"moved":1}',
        '{"dead_letters":12} +{"dead_letters":2,"moved":10}',
      ])
        expect(audit).toMatch(new RegExp(`${userInfo().username}@\\S+ +dlq.redrive +notifier +${states}`));
    }, 120_000);

    it('refuses to park a sent row, and sends an e-mail again, once', async () => {
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
      expect(await ops('emails', 'resend', emailId)).toContain('will be sent as soon as');
      const copies = async () =>
        (await client.mailTo(customer.email)).filter(({ text }) => text.includes('29.99')).length;
      await eventually(copies, (count) => count === 2, 20_000);
      const audit = await ops('audit', 'list', 'notifier');
      expect(audit).toMatch(/emails\.resend +\d+ +{"status":"sent","attempts":1} +{"status":"queued","attempts":1}/);
      expect(audit).not.toContain('@example');
    }, 120_000);

    it('sends e-mails about payments again, to the customer and to staff', async () => {
      const { client } = running();
      const customer = await client.customer();
      const { body: order } = await client.order(customer.token, [[await client.product(), 1]]);
      const path = `/orders/${order.order_id}/payments`;
      const pay = { token: customer.token, body: { method: 'card' } };
      const { body: payment } = await client.call('POST', path, pay);
      const card = { payment_method: 'pm_card_chargeDeclined' };
      await client.call('POST', `/dev/payments/${payment.payment_id}/confirm`, { body: card });
      const disputed = { payment_method: 'pm_card_createDispute' };
      const copies = async (template: string) => {
        const mails = await client.mailTo(template === 'dispute-opened' ? 'staff@example.com' : customer.email);
        const isIt = ({ tags, text }: Email) => tags?.['template'] === template && text.includes('29.99 USD');
        return mails.filter(isIt).length;
      };
      const resend = async (template: string) => {
        await eventually(
          () => copies(template),
          (count) => count === 1,
        );
        const emails = await ops('emails', 'list', '--limit', '100');
        const [, id = ''] = new RegExp(`^(\\d+) +${template} +sent `, 'm').exec(emails) ?? [];
        expect(await ops('emails', 'resend', id)).toContain('will be sent as soon as');
        await eventually(
          () => copies(template),
          (count) => count === 2,
        );
      };
      await resend('payment-failed');
      await client.call('POST', `/dev/payments/${payment.payment_id}/confirm`, { body: disputed });
      await resend('dispute-opened');
    }, 120_000);

    it('says of an import that broke off what it has done, and of one without sku that it cannot be', async () => {
      const file = join(running().dataDir, `${unique('broken')}.csv`);
      writeFileSync(file, `sku,name,price\n${unique('B-')},Lamp,1\nbad sku,x,1\n${unique('B-')},"Lamp"s,1\n`);
      const broken = await spawnOps(['products', 'import', file], running()).ended;
      expect(broken.code).toBe(PARTLY);
      expect(broken.err).toContain('Before it broke off: 1 inserted, 0 updated, 0 unchanged, 1 rejected.\n');
      expect(broken.err).toContain(`The rejected records are in ${file}.rejects.csv, with the reasons.\n`);
      expect(broken.err).toContain('The quotes cannot be followed from line 4 on');
      writeFileSync(file, 'name,price\nLamp,1\n');
      const withoutSku = await spawnOps(['products', 'import', file], running()).ended;
      expect(withoutSku.code).toBe(1);
      expect(withoutSku.err).toContain('The first line does not name the column sku');
      expect(withoutSku.err).not.toContain('Before it broke off');
    }, 60_000);

    it('imports tax rates: first in a dry run, then all of them, then nothing', async () => {
      const file = join(running().dataDir, `${unique('rates')}.csv`);
      writeFileSync(file, 'name;country;rate;region\nGST;NZ;0,15;\nGST;NZ;1,5;Auckland\n');
      const refused = await spawnOps(['tax', 'import', file], running()).ended;
      expect([refused.code, refused.out]).toEqual([1, '']);
      expect(refused.err).toMatch(/^A line is wrong, so nothing was imported:\nLine 3: rate must be a rate such as/);
      writeFileSync(file, 'name;country;rate;region\nGST;NZ;0,15;\nGST;NZ;0,1;Auckland\n');
      const dry = await spawnOps(['tax', 'import', file, '--dry-run'], running()).ended;
      expect(dry.out).toMatch(
        /^change +line +country .*\ninsert +2 +NZ .*"rate":"0.15".*\ninsert +3 +NZ +AUCKLAND .*\n$/,
      );
      expect([dry.code, dry.err]).toEqual([0, 'It would be: 2 inserted, 0 updated, 0 unchanged.\n']);
      expect(await ops('tax', 'list', '--country', 'nz')).toBe('There are no such tax rates.\n');
      expect(await ops('tax', 'import', file)).toBe('2 inserted, 0 updated, 0 unchanged.\n');
      expect(await ops('tax', 'import', file)).toBe('0 inserted, 0 updated, 2 unchanged.\n');
      expect(await ops('tax', 'import', file, '--dry-run')).toContain('Nothing would change.\n');
      writeFileSync(file, 'name;country;rate;region\nGST;NZ;0,125;auckland\n');
      const changes = JSON.parse(await ops('tax', 'import', file, '--dry-run', '--json'));
      expect(changes).toMatchObject({ inserted: 0, updated: 1, removed: 0, unchanged: 0, dry_run: true });
      expect(changes.changes).toMatchObject([{ line: 2, before: { rate: '0.1' }, after: { rate: '0.125' } }]);
      const listed = JSON.parse(await ops('tax', 'list', '--country', 'NZ', '--json'));
      expect(listed).toMatchObject([
        { name: 'GST', rate: '0.15', region: null },
        { rate: '0.1', region: 'AUCKLAND' },
      ]);
      const missing = await spawnOps(['tax', 'import', 'nowhere.csv'], running()).ended;
      expect([missing.code, missing.err]).toEqual([1, 'There is no file nowhere.csv.\n']);
    }, 90_000);

    it('lists the migrations, and reports invalid input in a sentence', async () => {
      const folder = join(running().dataDir, 'folder.csv');
      mkdirSync(folder);
      const [status, wrong, missing, unknown, aFolder] = await Promise.all([
        ops('migrate', 'status', 'orders'),
        spawnOps(['outbox', 'list', 'orders', '--limit', '101'], running()).ended,
        spawnOps(['products', 'import', 'nowhere.csv'], running()).ended,
        spawnOps(['products', 'frobnicate'], running()).ended,
        spawnOps(['products', 'import', folder], running()).ended,
      ]);
      expect([aFolder.code, aFolder.err]).toEqual([1, `${folder} is a folder: name a file to import.\n`]);
      expect(status).toContain('CreateOperatorActions');
      expect(status).not.toContain('pending');
      expect([wrong.code, wrong.err]).toEqual([
        1,
        expect.stringContaining('--limit takes a whole number from 1 to 100'),
      ]);
      expect([missing.code, missing.err]).toEqual([1, 'There is no file nowhere.csv.\n']);
      expect([unknown.code, unknown.out, unknown.err]).toEqual([1, '', expect.stringContaining('frobnicate')]);
    }, 60_000);

    it('prints one JSON value per command on the standard output, and the rest on the standard error', async () => {
      const { client, dataDir } = running();
      const csv = join(dataDir, `${unique('json')}.csv`);
      writeFileSync(csv, `sku;name;price\n${unique('J-')};Mouse;"$ 1.299,50"\nbad sku;x;1\n`);
      const customer = await client.customer();
      await client.order(customer.token, [[await client.product(), 1]]);
      const email = { status: 'sent' };
      await eventually(
        async () => JSON.parse((await spawnOps(['emails', 'list', '--json'], running()).ended).out),
        (rows) => rows.some((row: { status: string }) => row.status === email.status),
      );
      const [{ id }] = JSON.parse((await spawnOps(['emails', 'list', '--json', '--limit', '1'], running()).ended).out);
      const rows: [args: string, code: number, answer: unknown][] = [
        ['audit list products', 0, expect.arrayContaining([])],
        ['cache clear', 0, { removed: expect.any(Number) }],
        ['cache stats', 0, [expect.objectContaining({ hits: expect.any(Number) })]],
        ['dlq list', 0, expect.arrayContaining([expect.objectContaining({ service: 'notifier' })])],
        ['dlq list orders', 0, []],
        ['dlq redrive orders', 0, { service: 'orders', moved: 0, there: 0 }],
        ['dlq redrive orders --dry-run', 0, { service: 'orders', would_move: 0, there: 0 }],
        [`emails show ${id}`, 0, expect.objectContaining({ emailId: id })],
        ['migrate status users', 0, expect.arrayContaining([expect.objectContaining({ state: 'ran' })])],
        ['migrate up', 0, expect.arrayContaining([{ service: 'users', ran: [] }])],
        ['outbox list orders --state parked', 0, []],
        ['outbox retry orders --parked', 0, []],
        ['returns list --status settled', 0, []],
        ['shipments list --status lost', 0, []],
        [
          `products import ${csv}`,
          PARTLY,
          expect.objectContaining({ inserted: 1, rejected: 1, dry_run: false, rejects: `${csv}.rejects.csv` }),
        ],
        ['suppressions add a@example.com', 0, { changed: true }],
        ['suppressions list', 0, [expect.objectContaining({ reason: 'operator' })]],
        ['suppressions remove a@example.com', 0, { changed: true }],
        [`users create-admin --email ${unique('boss')}@example.com`, 0, { user_id: expect.any(Number) }],
      ];
      const environment = { ADMIN_PASSWORD: 'a long enough pass phrase' };
      for (const [args, code, answer] of rows.filter(
        ([args]) => running().redisUrl !== undefined || !args.startsWith('cache'),
      )) {
        const ended = await spawnOps([...args.split(' '), '--json'], { ...running(), environment }).ended;
        expect([args, ended.code, ended.out === '' ? ended.err : JSON.parse(ended.out)]).toEqual([args, code, answer]);
      }
    }, 180_000);

    it('processes the possible rows, and reports refused ones by its exit code', async () => {
      const sent = JSON.parse(
        (await spawnOps(['outbox', 'list', 'orders', '--state', 'sent', '--json'], running()).ended).out,
      );
      const { code, out, err } = await spawnOps(['outbox', 'park', 'orders', String(sent[0].id), '999999'], running())
        .ended;
      expect([code, out]).toEqual([1, expect.stringContaining('999999')]);
      expect(err).toContain('There is no such row 999999 in the outbox.');
    }, 60_000);

    it('writes a result to a file, and a list as far as it is read', async () => {
      const { dataDir } = running();
      const file = join(dataDir, 'answer.json');
      const ended = await spawnOps(['migrate', 'status', '--json', '--output', file], running()).ended;
      expect([ended.code, ended.out, ended.err]).toEqual([0, '', '']);
      expect(JSON.parse(readFileSync(file, 'utf8')).length).toBeGreaterThan(10);
      const nowhere = await spawnOps(['migrate', 'status', '--output', join(dataDir, 'no', 'folder')], running()).ended;
      expect([nowhere.code, nowhere.out, nowhere.err]).toEqual([
        1,
        '',
        expect.stringContaining('cannot be written (ENOENT)'),
      ]);
      const { stdout } = await run(
        'bash',
        ['-c', `set -o pipefail; "$NODE" dist/apps/ops/src/main.js products export | head -n 2`],
        {
          env: { ...environmentOf(running()), NODE: process.execPath },
        },
      );
      expect(stdout).toMatch(/^sku,name,.*\n.*\n$/);
    }, 60_000);

    it("refuses to import an export with npm's banner, and accepts one without", async () => {
      const { dataDir } = running();
      const folder = join(dataDir, 'npm');
      mkdirSync(folder);
      const script = `node ${resolve('dist/apps/ops/src/main.js')}`;
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ name: 'x', version: '1.0.0', scripts: { ops: script } }),
      );
      const shell = (command: string) =>
        run('bash', ['-c', command], { cwd: folder, env: environmentOf(running()) }).then(
          () => ({ code: 0, stderr: '' }),
          ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
        );
      for (const command of ['products export', 'outbox list orders --json']) {
        const loud = await shell(`npm run ops -- ${command} > loud`);
        expect([loud.code, loud.stderr]).toEqual([1, expect.stringContaining('use npm run -s ops')]);
      }
      expect(
        await shell('npm run -s ops -- products export > out.csv && npm run ops -- products export --output b.csv'),
      ).toMatchObject({ code: 0 });
      const exported = readFileSync(join(folder, 'out.csv'), 'utf8');
      expect(exported.startsWith('sku,name,')).toBe(true);
      expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toBe(exported);
      expect(await shell('npm run ops -- products import out.csv --dry-run')).toMatchObject({ code: 0 });
    }, 90_000);
  }
});

/** The steps on a story's page. */
function hopsOf(page: string): { kind: string; service: string; text: string }[] {
  return [...page.matchAll(/<li data-kind="([^"]*)" data-service="([^"]*)">(.*?)<\/li>/gs)].map(
    ([, kind = '', service = '', text = '']) => ({ kind, service, text }),
  );
}
