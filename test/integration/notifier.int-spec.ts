import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { SnsClient } from '@app/messaging';
import { createApp } from '@app/service';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SesFault } from '../../apps/local/src/embedded/mailbox-wire.js';
import { Mailbox, type MailboxOptions } from '../../apps/local/src/embedded/mailbox.js';
import { service as notifier } from '../../apps/notifier/src/notifier-app.module.js';
import { NotifierConfig } from '../../apps/notifier/src/notifier.config.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { FauxqsProcess } from '../support/fauxqs-process.js';
import { QueueProbe } from '../support/queue-probe.js';
import { event, nextId, TestOrder } from '../support/sample-events.js';

jest.setTimeout(60_000);

describeOnEachDatabase('the notifier between the queue and the mailbox', (databaseUrl) => {
  let fauxqs: FauxqsProcess;
  let probe: QueueProbe;
  let folder: string;
  let mailbox: Mailbox;
  let app: NestFastifyApplication;
  let topic: SnsClient;
  let onAccept: MailboxOptions['onAccept'];

  beforeAll(async () => {
    fauxqs = await FauxqsProcess.start();
    probe = await QueueProbe.create(`t${randomUUID().slice(0, 8)}`, 'notifier', fauxqs.aws);
    await probe.limitReceives(2);
    folder = await mkdtemp(join(tmpdir(), 'commerce-mailbox-'));
    mailbox = await Mailbox.start({
      port: 0,
      file: join(folder, 'mailbox.ndjson'),
      onAccept: (email) => onAccept?.(email),
    });
    topic = new SnsClient({ topicArn: probe.topology.topicArn, ...fauxqs.aws });
    app = await start();
  });
  afterAll(async () => {
    await app.close();
    topic.close();
    await mailbox.stop();
    probe.close();
    await fauxqs.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    onAccept = undefined;
  });

  function start(): Promise<NestFastifyApplication> {
    const config = loadConfig(NotifierConfig, {
      DATABASE_URL: databaseUrl(),
      QUEUE_URL: probe.url,
      AWS_ENDPOINT_URL: fauxqs.aws.endpoint,
      AWS_ENDPOINT_URL_SES: mailbox.endpoint,
      MAIL_FROM: 'Käse Shop <shop@käse.example>',
      ACCOUNT_URL: 'http://127.0.0.1:3000/account',
      PAYMENT_URL: 'http://127.0.0.1:3000/dev/payments',
      FINGERPRINT_KEY: 'k'.repeat(32),
    });
    return createApp(notifier, config, createLogger({ service: 'test', level: 'silent' }));
  }

  const mailsTo = (address: string) => mailbox.list().filter(({ to }) => to.includes(address));

  it('mails events of the topic, from the configured sender', async () => {
    const order = new TestOrder();
    await topic.publishEnvelope(order.event('order.created'));
    const [email] = await eventually(() => {
      const mails = mailsTo(order.email);
      expect(mails).toHaveLength(1);
      return mails;
    });
    expect(email).toMatchObject({
      source: '=?UTF-8?B?S8Okc2UgU2hvcA==?= <shop@xn--kse-qla.example>',
      subject: `Order confirmation: order ${order.id}`,
    });
    expect(email?.tags).toMatchObject({ template: 'order-confirmation' });
  });

  it.each(['order_created', 'order.created.flat'])("mails an older publisher's %s", async (name) => {
    const message = JSON.parse(readFileSync(`test/contracts/events/${name}.json`, 'utf8')) as Record<string, unknown>;
    const field = 'user_email' in message ? 'user_email' : 'customer_email';
    const { email } = new TestOrder();
    await probe.send(JSON.stringify({ ...message, order_id: nextId(), [field]: email }));
    await eventually(() =>
      expect(mailsTo(email).map(({ subject }) => subject.split(':')[0])).toEqual(['Order confirmation']),
    );
  });

  it('answers its health', async () => {
    const ready = await app.inject({ method: 'GET', url: '/health/ready' });
    expect([ready.statusCode, ready.json()]).toMatchObject([
      200,
      { status: 'ok', checks: { database: 'up', queue: 'up' } },
    ]);
  });

  it('dead-letters one invalid message among others, which are mailed once each', async () => {
    const bad = JSON.stringify({ ...event('user.deleted', { user_id: 1 }), payload: { user_id: 'nobody' } });
    const orders = Array.from({ length: 30 }, () => new TestOrder());
    await Promise.all([probe.send(bad), ...orders.map((order) => topic.publishEnvelope(order.event('order.created')))]);
    await eventually(async () => expect(await probe.deadLetters()).toEqual([bad]));
    await eventually(() => expect(orders.map(({ email }) => mailsTo(email).length)).toEqual(orders.map(() => 1)));
  });

  it('dead-letters a refused e-mail', async () => {
    const order = new TestOrder();
    onAccept = ({ to }) => {
      if (to.includes(order.email)) throw new SesFault('MessageRejected', 'Address blacklisted.');
    };
    const created = order.event('order.created');
    await topic.publishEnvelope(created);
    await eventually(async () => expect((await probe.deadLetters()).join()).toContain(created.event_id));
    expect(mailsTo(order.email)).toEqual([]);
  });

  it('sends an e-mail again if the result of the first attempt is unknown', async () => {
    const order = new TestOrder();
    let cut = false;
    onAccept = ({ to }) => {
      if (cut || !to.includes(order.email)) return undefined;
      cut = true;
      return 'hang-up';
    };
    await topic.publishEnvelope(order.event('order.paid'));
    await eventually(() => expect(mailsTo(order.email)).toHaveLength(2));
  });

  it('releases unstarted messages when it stops, and continues after a restart', async () => {
    const orders = Array.from({ length: 40 }, () => new TestOrder());
    await Promise.all(orders.map((order) => topic.publishEnvelope(order.event('order.created'))));
    await app.close();
    app = await start();
    await eventually(() => expect(orders.map(({ email }) => mailsTo(email).length)).toEqual(orders.map(() => 1)));
  });
});
