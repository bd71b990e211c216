import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendEmailCommand, SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { MailboxStore } from './mailbox-store.js';
import { SesFault } from './mailbox-wire.js';
import { Mailbox, type MailboxOptions } from './mailbox.js';

const folder = mkdtempSync(join(tmpdir(), 'mailbox-'));
const cleanups: (() => Promise<void> | void)[] = [];
let files = 0;

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: Partial<MailboxOptions> = {}) {
  const file = options.file ?? join(folder, 'deep', `${++files}.ndjson`);
  const mailbox = await Mailbox.start({ port: 0, file, ...options });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ses = new SESClient({ endpoint: mailbox.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  cleanups.push(
    () => ses.destroy(),
    () => mailbox.stop(),
  );
  return { mailbox, ses, file };
}

function email(over: { to?: string; subject?: string; text?: string } = {}) {
  return new SendEmailCommand({
    Source: 'Shop <shop@example.com>',
    Destination: { ToAddresses: [over.to ?? 'ann@example.com'] },
    Message: {
      Subject: { Data: over.subject ?? 'Hello', Charset: 'UTF-8' },
      Body: { Html: { Data: '<p>a & b = “c” 🛒</p>' }, Text: { Data: over.text ?? 'a & b = “c” 🛒\nשלום' } },
    },
    Tags: [{ Name: 'template', Value: 'order-paid' }],
  });
}

describe('Mailbox', () => {
  it('takes an e-mail from the real SES client and lists every part of it as it was', async () => {
    const { mailbox, ses } = await start();
    const { MessageId } = await ses.send(email());
    expect(mailbox.list()).toEqual([
      {
        id: MessageId,
        sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/) as string,
        source: 'Shop <shop@example.com>',
        to: ['ann@example.com'],
        subject: 'Hello',
        html: '<p>a & b = “c” 🛒</p>',
        text: 'a & b = “c” 🛒\nשלום',
        tags: { template: 'order-paid' },
      },
    ]);
    expect(JSON.parse(mailbox.json().toString())).toEqual(mailbox.list());
  });

  it('lists the newest last, and only as many as asked for', async () => {
    const { mailbox, ses } = await start();
    for (const subject of ['one', 'two', 'three']) await ses.send(email({ subject }));
    expect(mailbox.list().map((mail) => mail.subject)).toEqual(['one', 'two', 'three']);
    expect(mailbox.list(2).map((mail) => mail.subject)).toEqual(['two', 'three']);
  });

  it('keeps e-mails over a restart, also when the last line was cut by a crash', async () => {
    const first = await start();
    await first.ses.send(email({ subject: 'kept' }));
    await first.mailbox.stop();
    appendFileSync(first.file, '{"id":"half');
    const second = await start({ file: first.file });
    await second.ses.send(email({ subject: 'later' }));
    expect(second.mailbox.list().map((mail) => mail.subject)).toEqual(['kept', 'later']);
    expect(readFileSync(first.file, 'utf8').split('\n')).toHaveLength(3);
  });

  it.each([
    ['no recipient address', email({ to: 'nobody' }), 'InvalidParameterValue'],
    ['a line break in the subject', email({ subject: 'a\r\nBcc: x@example.com' }), 'InvalidParameterValue'],
    ['another action', new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } }), 'InvalidAction'],
  ])('refuses %s in the shape of SES', async (_, command, name) => {
    const { mailbox, ses } = await start();
    await expect(ses.send(command as SendEmailCommand)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
    expect(mailbox.list()).toEqual([]);
  });

  it('lets a test refuse an e-mail as SES would', async () => {
    const { mailbox, ses } = await start({
      onAccept: () => {
        throw new SesFault('Throttling', 'Maximum sending rate exceeded.');
      },
    });
    await expect(ses.send(email())).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Maximum sending rate exceeded.',
    });
    expect(mailbox.list()).toEqual([]);
  });

  it('lets a test accept an e-mail and cut the connection', async () => {
    const { mailbox, ses } = await start({ onAccept: () => 'hang-up' });
    await expect(ses.send(email())).rejects.toThrow();
    expect(mailbox.list()).toHaveLength(1);
  });
});

describe('MailboxStore', () => {
  it('keeps the newest entries only, in memory and in its file', () => {
    const file = join(folder, 'bounded.ndjson');
    const store = new MailboxStore(file, 3);
    for (let entry = 1; entry <= 7; entry++) store.append(entry);
    expect(store.all().map(String)).toEqual(['5', '6', '7']);
    expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThan(6);
    expect(new MailboxStore(file, 2).all().map(String)).toEqual(['6', '7']);
  });
});
