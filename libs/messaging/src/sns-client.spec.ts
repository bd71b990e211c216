import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Envelope, parseMessage } from '@app/events';
import { SnsClient } from './sns-client.js';

const EVENT = parseMessage(readFileSync('test/contracts/events/order.created.json', 'utf8'));

/** The entries of one call by id. */
type Call = Record<string, string>;

describe('SnsClient', () => {
  let server: Server;
  let sns: SnsClient;
  const calls: Call[] = [];
  /** Returns the ids that SNS rejects, or a status with which it rejects the whole call. */
  let judge: (call: Call) => string[] | number;

  beforeEach(async () => {
    calls.length = 0;
    judge = () => [];
    server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        const form = new URLSearchParams(Buffer.concat(chunks as Buffer[]).toString());
        const call = Object.fromEntries(
          [...form]
            .filter(([name]) => name.endsWith('.Id'))
            .map(([name, id]) => [id, form.get(name.replace(/Id$/, 'Message')) ?? '']),
        );
        calls.push(call);
        const verdict = judge(call);
        response.setHeader('content-type', 'text/xml').writeHead(typeof verdict === 'number' ? verdict : 200);
        response.end(typeof verdict === 'number' ? REFUSAL : answer(Object.keys(call), verdict));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sns = new SnsClient({ region: 'eu-west-1', endpoint, topicArn: 'arn:aws:sns:eu-west-1:000000000000:topic' });
  });
  afterEach(() => {
    sns.close();
    server.close();
  });

  const publish = async (events: Envelope[]) =>
    (await Promise.allSettled(events.map((event) => sns.publishEnvelope(event)))).map(({ status }) => status);
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ ...EVENT, aggregate_version: i + 1 }));

  it('publishes the events of one turn in calls of ten', async () => {
    const events = numbered(12);
    expect(new Set(await publish(events))).toEqual(new Set(['fulfilled']));
    expect(calls.map((call) => Object.keys(call).length).sort()).toEqual([10, 2].sort());
    const sent = calls.flatMap((call) => Object.values(call)).map((text) => JSON.parse(text) as Envelope);
    expect(sent.map((event) => event.aggregate_version).sort((a, b) => a - b)).toEqual(events.map((_, i) => i + 1));
  });

  it('escapes characters that messages cannot hold, and the text arrives unchanged', async () => {
    const event = { ...EVENT, request_id: 'a\ufffe\uffffb\u0001' };
    expect(await publish([event])).toEqual(['fulfilled']);
    const [text = ''] = Object.values(calls[0] ?? {});
    // The characters of XML 1.0, which SNS and SQS accept.
    expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/);
    expect(JSON.parse(text)).toEqual(event);
  });

  it('rejects only the event that SNS did not accept', async () => {
    judge = () => ['1'];
    expect(await publish(numbered(3))).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('reports SNS as unavailable if no event is at fault: no listener, an error of SNS, a missing permission', async () => {
    const reason = async () =>
      sns.publishEnvelope(EVENT).then(
        () => 'published',
        (error: { code?: string }) => error.code,
      );
    judge = () => 500;
    expect(await reason()).toBe('service-unavailable');
    judge = () => 403;
    expect(await reason()).toBe('service-unavailable');
    judge = () => ['0'];
    expect(await reason()).toBe('service-unavailable');
    judge = () => 400;
    expect(await reason()).not.toBe('service-unavailable');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await reason()).toBe('service-unavailable');
  });

  it('sends each event alone when SNS rejects them together, so that a bad one stops no other', async () => {
    judge = (call) => (Object.values(call).some((text) => text.includes('"aggregate_version":2')) ? 400 : []);
    expect(await publish(numbered(3))).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('sends each event alone when together they are too large for SNS', async () => {
    const large = numbered(3).map((event) => ({ ...event, request_id: 'x'.repeat(100_000) }));
    expect(await publish(large)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(calls).toHaveLength(3);
  });
});

const REFUSAL =
  '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>no</Message></Error></ErrorResponse>';

function answer(ids: string[], failed: string[]): string {
  const taken = ids
    .filter((id) => !failed.includes(id))
    .map((id) => `<member><Id>${id}</Id><MessageId>m</MessageId></member>`);
  const refused = failed.map(
    (id) => `<member><Id>${id}</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>`,
  );
  return `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful>${taken.join('')}</Successful><Failed>${refused.join('')}</Failed></PublishBatchResult></PublishBatchResponse>`;
}
