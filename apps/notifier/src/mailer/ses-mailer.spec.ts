import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EmailNotSentError, EmailRefusedError } from './mailer.js';
import { SesMailer } from './ses-mailer.js';

const email = { to: 'ann@example.com', subject: 'Hi', html: '<p>1</p>', text: '1', tags: { template: 'order-paid' } };
const sent = [
  200,
  '<SendEmailResponse><SendEmailResult><MessageId>m-1</MessageId></SendEmailResult></SendEmailResponse>',
] as const;
const fault = (status: number, code: string) =>
  [
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>ann@example.com</Message></Error></ErrorResponse>`,
  ] as const;
type Answer = readonly [number, string] | 'hang-up' | 'slow';
const SLOW_MS = 1_500;

describe('SesMailer', () => {
  let server: Server;
  let mailer: SesMailer;
  let answers: Answer[];
  let bodies: string[];

  beforeEach(async () => {
    bodies = [];
    server = createServer((request, response) => {
      const answer = answers[bodies.length] ?? sent;
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        bodies.push(body);
        if (answer === 'hang-up') request.socket.destroy();
        else if (answer === 'slow') setTimeout(() => response.end(sent[1]), SLOW_MS);
        else response.writeHead(answer[0], { 'content-type': 'text/xml' }).end(answer[1]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    mailer = new SesMailer({ region: 'eu-west-1', endpoint, from: 'Shop <shop@example.com>' });
  });
  afterEach(() => {
    mailer.onApplicationShutdown();
    server.close();
    server.closeAllConnections();
  });

  async function outcome(...given: Answer[]): Promise<unknown> {
    answers = given;
    return mailer.send(email).catch((error: unknown) => error);
  }

  it('sends both parts, sender and tags, and returns the message id', async () => {
    expect(await outcome(sent)).toBe('m-1');
    const form = Object.fromEntries(new URLSearchParams(bodies[0]));
    expect(form).toMatchObject({
      Action: 'SendEmail',
      Source: 'Shop <shop@example.com>',
      'Destination.ToAddresses.member.1': 'ann@example.com',
      'Message.Subject.Data': 'Hi',
      'Message.Body.Html.Data': '<p>1</p>',
      'Message.Body.Text.Data': '1',
      'Tags.member.1.Value': 'order-paid',
    });
  });

  it('writes sender and recipient in the form that SES accepts', async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = new SesMailer({ region: 'eu-west-1', endpoint, from: 'Käse Shop <shop@käse.example>' });
    answers = [sent];
    await other.send({ ...email, to: 'ann@käse.example' });
    other.onApplicationShutdown();
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toMatchObject({
      Source: '=?UTF-8?B?S8Okc2UgU2hvcA==?= <shop@xn--kse-qla.example>',
      'Destination.ToAddresses.member.1': 'ann@xn--kse-qla.example',
    });
  });

  it('retries after throttling and failures of SES', async () => {
    expect(await outcome(fault(400, 'Throttling'), fault(503, 'ServiceUnavailable'), sent)).toBe('m-1');
    expect(bodies).toHaveLength(3);
  });

  it('does not retry a rejected e-mail', async () => {
    const error = await outcome(fault(400, 'MessageRejected'));
    expect(error).toBeInstanceOf(EmailRefusedError);
    expect(error).toMatchObject({ reason: 'MessageRejected' });
    expect(bodies).toHaveLength(1);
  });

  it('treats a missing permission as a failure that an operator can fix', async () => {
    expect(await outcome(fault(403, 'AccessDenied'))).toMatchObject({ reason: 'AccessDenied', accepted: 'no' });
  });

  it('does not retry when the response was lost', async () => {
    const error = await outcome('hang-up');
    expect(error).toBeInstanceOf(EmailNotSentError);
    expect(error).toMatchObject({ accepted: 'unknown' });
    expect(bodies).toHaveLength(1);
  });

  it('reports that nothing was sent when the connection is refused', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await outcome()).toMatchObject({ reason: 'ECONNREFUSED', accepted: 'no' });
  });

  it('closes an idle connection before the other side does, but none that waits for a response', async () => {
    server.keepAliveTimeout = 60_000;
    const [[connection]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, outcome('slow')]);
    expect(await once(connection, 'end')).toEqual([]);
    expect(await outcome('slow', 'slow')).toBe('m-1');
    expect(bodies).toHaveLength(2);
  });

  it('keeps the recipient out of its errors', async () => {
    const errors = [await outcome(fault(400, 'MessageRejected')), await outcome(fault(403, 'AccessDenied'))];
    for (const error of errors) expect(JSON.stringify([error, String(error)])).not.toContain('ann@');
  });
});
