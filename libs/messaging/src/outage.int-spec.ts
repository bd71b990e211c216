import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filterPolicy, type OrderPayload, parseMessage } from '@app/events';
import { createLogger } from '@app/telemetry';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { eventually } from '../../../test/support/eventually.js';
import { FauxqsProcess } from '../../../test/support/fauxqs-process.js';
import { CONSUMERS, QueueProbe, QUEUES } from '../../../test/support/queue-probe.js';
import { createTopology } from './create-topology.js';
import type { EventContext } from './event-context.js';
import { SnsClient } from './sns-client.js';
import { SqsServer } from './sqs-server.js';

jest.setTimeout(60_000);

const body = readFileSync('test/contracts/events/order.created.json', 'utf8');
let dataDir: string;
let fauxqs: FauxqsProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'queues-'));
  fauxqs = await FauxqsProcess.start({ dataDir });
});
afterEach(async () => {
  await fauxqs.stop();
  rmSync(dataDir, { recursive: true });
});

describe('an outage of the queue', () => {
  it('is logged with one warning, and no message is lost', async () => {
    const probe = await QueueProbe.create('local', 'products', fauxqs.aws);
    const lines: { level: string; message: string }[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[0]) };
    const logger = createLogger({ service: 'test', level: 'info', destination });
    const server = new SqsServer({ queueUrl: probe.url, ...fauxqs.aws, logger });
    const handled: unknown[] = [];
    server.addHandler(
      'order.created',
      (order: OrderPayload) => Promise.resolve(void handled.push(order.order_id)),
      true,
    );
    server.listen(() => undefined);
    await probe.send(body);
    await eventually(() => expect(handled).toHaveLength(1));
    await eventually(async () => expect(await probe.depth()).toEqual({ visible: 0, hidden: 0 }));

    const { port } = fauxqs;
    await fauxqs.stop();
    await eventually(() => expect(warnings(lines)).toHaveLength(1));
    fauxqs = await FauxqsProcess.start({ dataDir, port });
    await probe.send(body);
    await eventually(() => expect(handled).toHaveLength(2));
    expect(warnings(lines)).toHaveLength(1);
    expect(lines.filter(({ message }) => message === 'the queue answers again')).toHaveLength(1);
    await server.close();
    probe.close();
  });

  it('rejects a publication instead of losing it', async () => {
    const { topicArn } = await createTopology('local', QUEUES, fauxqs.aws);
    const sns = new SnsClient({ topicArn, ...fauxqs.aws });
    await sns.publishEnvelope(parseMessage(body));
    await fauxqs.stop();
    await expect(sns.publishEnvelope(parseMessage(body))).rejects.toThrow();
    sns.close();
    fauxqs = await FauxqsProcess.start({ dataDir });
  });
});

describe('closing while a handler hangs', () => {
  it('returns its message and the following ones to the queue after ten seconds', async () => {
    const probe = await QueueProbe.create('local', 'products', fauxqs.aws);
    const logger = createLogger({ service: 'test', level: 'silent' });
    const options = { queueUrl: probe.url, ...fauxqs.aws, logger, concurrency: 1 };
    const hanging = new SqsServer(options);
    let started = false;
    hanging.addHandler('order.created', () => new Promise(() => (started = true)), true);
    hanging.listen(() => undefined);
    await Promise.all([probe.send(body), probe.send(body)]);
    await eventually(() => expect(started).toBe(true));
    await hanging.close();

    const next = new SqsServer(options);
    const receives: number[] = [];
    next.addHandler(
      'order.created',
      (_, context: EventContext) => Promise.resolve(void receives.push(context.receiveCount)),
      true,
    );
    next.listen(() => undefined);
    await eventually(() => expect(receives.sort()).toEqual([1, 2]));
    await next.close();
    probe.close();
  });
});

describe('the topology', () => {
  it('is created as the manifests say, and at every start over an existing one', async () => {
    const first = await createTopology('local', QUEUES, fauxqs.aws);
    await createTopology('local', QUEUES, fauxqs.aws);
    await fauxqs.stop();
    fauxqs = await FauxqsProcess.start({ dataDir });
    const probe = await QueueProbe.create('local', 'products', fauxqs.aws);
    const { topicArn, queueUrls, dlqUrls } = probe.topology;
    expect(topicArn).toBe(first.topicArn);
    for (const app of CONSUMERS) {
      const queue = await probe.attributes(queueUrls[app]);
      const deadLetters = await probe.attributes(dlqUrls[app]);
      expect(queue['VisibilityTimeout']).toBe(String(QUEUES[app].visibilityTimeoutSeconds));
      expect(JSON.parse(queue['RedrivePolicy'] ?? '')).toEqual({
        deadLetterTargetArn: deadLetters['QueueArn'],
        maxReceiveCount: QUEUES[app].maxReceiveCount,
      });
      expect(deadLetters['MessageRetentionPeriod']).toBe('1209600');
      expect(await subscriptions(topicArn, queue['QueueArn'])).toEqual([
        {
          RawMessageDelivery: 'true',
          FilterPolicy: JSON.stringify(filterPolicy(QUEUES[app])),
          FilterPolicyScope: QUEUES[app].filterScope,
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters['QueueArn'] }),
        },
      ]);
    }
    probe.close();
  });

  it('delivers older messages to the notifier although they have no attributes', async () => {
    const notifier = await QueueProbe.create('local', 'notifier', fauxqs.aws);
    const sns = snsClient();
    const Message = readFileSync('test/contracts/events/order_shipped.json', 'utf8');
    await sns.send(new PublishCommand({ TopicArn: notifier.topology.topicArn, Message }));
    await eventually(async () => expect((await notifier.depth()).visible).toBe(1));
    notifier.close();
  });
});

function warnings(lines: { level: string }[]): unknown[] {
  return lines.filter(({ level }) => level === 'warn' || level === 'error');
}

function snsClient(): SNSClient {
  return new SNSClient({ ...fauxqs.aws, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

async function subscriptions(topicArn: string, queueArn: string | undefined): Promise<Record<string, string>[]> {
  const sns = snsClient();
  const { Subscriptions: found = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
  const own = found.filter(({ Endpoint: endpoint }) => endpoint === queueArn);
  return Promise.all(
    own.map(async ({ SubscriptionArn }) => {
      const { Attributes: all = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      const names = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];
      return Object.fromEntries(names.map((name) => [name, all[name] ?? '']));
    }),
  );
}
