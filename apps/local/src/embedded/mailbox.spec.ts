import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendEmailCommand, SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { MailboxStore } from './mailbox-store.js';
import { SesFault } from './mailbox-wire.js';
import { type EmailFilter, Mailbox, type MailboxOptions } from './mailbox.js';

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

interface Over {
  source?: string;
  to?: string;
  recipients?: number;
  subject?: string;
  html?: string;
  text?: string;
  charset?: string | undefined;
  tag?: string;
}

function email(over: Over = {}) {
  const charset = 'charset' in over ? over.charset : 'UTF-8';
  const content = (Data: string) => ({ Data, ...(charset !== undefined && { Charset: charset }) });
  return new SendEmailCommand({
    Source: over.source ?? 'Shop <shop@example.com>',
    Destination: { ToAddresses: Array<string>(over.recipients ?? 1).fill(over.to ?? 'ann@example.com') },
    Message: {
      Subject: content(over.subject ?? 'Hello'),
      Body: {
        Html: content(over.html ?? '<p>a & b = “c” 🛒</p>'),
        Text: content(over.text ?? 'a & b = “c” 🛒\nשלום'),
      },
    },
    Tags: [{ Name: 'template', Value: over.tag ?? 'order-paid' }],
  });
}

/** Not repeated: V8 would keep that as a tree of halves. The client has overflowed its stack for twice as many. */
const FOUR_MILLION = Buffer.alloc(4_000_000, 'x').toString();

describe('Mailbox', () => {
  it('accepts an e-mail from the real SES client and lists every part unchanged', async () => {
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

  it('lists the newest last, up to the requested number', async () => {
    const { mailbox, ses } = await start();
    for (const subject of ['one', 'two', 'three']) await ses.send(email({ subject }));
    expect(mailbox.list().map((mail) => mail.subject)).toEqual(['one', 'two', 'three']);
    expect(mailbox.list(2).map((mail) => mail.subject)).toEqual(['two', 'three']);
  });

  it('keeps e-mails over a restart, even if a crash cut the last line', async () => {
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
    ['no address', { to: 'nobody' }, 'InvalidParameterValue'],
    ['a line break in the subject', { subject: 'a\r\nBcc: x@example.com' }, 'InvalidParameterValue'],
    ['nobody as recipient', { recipients: 0 }, 'InvalidParameterValue'],
    ['fifty-one recipients', { recipients: 51 }, 'MessageRejected'],
    ['a local part that is not ASCII', { to: 'käse@example.com' }, 'InvalidParameterValue'],
    ['a quoted local part with a blank', { to: '"a b"@example.com' }, 'InvalidParameterValue'],
    ['a local part of 65 characters', { to: `${'x'.repeat(65)}@example.com` }, 'InvalidParameterValue'],
    ['two dots in a local part', { to: 'a..b@example.com' }, 'InvalidParameterValue'],
    ['a domain that is not punycode', { to: 'a@käse.example' }, 'InvalidParameterValue'],
    ['a domain with a blank label', { to: 'a@b..example' }, 'InvalidParameterValue'],
    ['a domain without a top level', { to: 'a@localhost' }, 'InvalidParameterValue'],
    ['two addresses in one', { to: 'a@b.example,c@d.example' }, 'InvalidParameterValue'],
    ['a name that is not encoded', { source: 'Käse Shop <shop@example.com>' }, 'InvalidParameterValue'],
    [
      'an encoded word that is too long',
      { source: `=?UTF-8?B?${'QUFB'.repeat(16)}?= <a@b.example>` },
      'InvalidParameterValue',
    ],
    ['a name with a comma and no quotes', { source: 'Shop, Inc. <shop@example.com>' }, 'InvalidParameterValue'],
    ['a name on two lines', { source: 'Shop\r\nBcc: x <shop@example.com>' }, 'InvalidParameterValue'],
    ['no body', { html: '', text: '' }, 'InvalidParameterValue'],
    ['other characters than ASCII without a charset', { charset: undefined }, 'InvalidParameterValue'],
    ['a tag with a blank', { tag: 'order paid' }, 'InvalidParameterValue'],
    [
      'eight million characters, which are more than 10 MB encoded',
      { text: FOUR_MILLION, html: FOUR_MILLION },
      'MessageRejected',
    ],
    ['another action', new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } }), 'InvalidAction'],
  ])('refuses %s in the shape of SES', async (_, command: Over | SendRawEmailCommand, name) => {
    const { mailbox, ses } = await start();
    const sent = ses.send(
      command instanceof SendRawEmailCommand ? (command as unknown as SendEmailCommand) : email(command),
    );
    await expect(sent).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
    expect(mailbox.list()).toEqual([]);
  });

  it.each([
    ['no charset for ASCII', { charset: undefined, html: '<p>a</p>', text: 'a' }],
    ['an encoded name', { source: '=?UTF-8?B?S8Okc2U=?= Shop <shop@example.com>' }],
    ['a quoted name', { source: '"Shop, \\"24\\"" <shop@example.com>' }],
    ['a name for the recipient', { to: 'Ann <ann@example.com>' }],
    ['punycode', { to: "o'brien+a@xn--kse-qla.example" }],
    ['fifty recipients', { recipients: 50 }],
  ])('takes %s', async (_, over: Over) => {
    const { mailbox, ses } = await start();
    await ses.send(email(over));
    expect(mailbox.list()).toHaveLength(1);
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

describe('the wire of the mailbox', () => {
  const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const fields = { Action: 'SendEmail', Source: 'a@b.example', 'Destination.ToAddresses.member.1': 'c@d.example' };
  const content = { 'Message.Subject.Data': 'Hello', 'Message.Body.Text.Data': 'Hello' };
  const body = new URLSearchParams({ ...fields, ...content }).toString();

  it('accepts signed requests of AWS clients, and no form of a page', async () => {
    const { mailbox } = await start();
    const post = (headers: Record<string, string>) => fetch(mailbox.endpoint, { method: 'POST', headers, body });
    expect((await post(FORM)).status).toBe(403);
    expect((await post({ ...FORM, ...SIGNED, origin: 'https://evil.example' })).status).toBe(403);
    expect(mailbox.list()).toEqual([]);
    expect((await post({ ...FORM, ...SIGNED })).status).toBe(200);
    expect(mailbox.list()).toHaveLength(1);
  });

  it('reads at most 10 MiB of any request', async () => {
    const { mailbox } = await start();
    const headers = { ...FORM, ...SIGNED };
    const answer = await fetch(mailbox.endpoint, { method: 'POST', headers, body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('longer than 10 MB')]);
  });
});

describe('searching the mailbox', () => {
  it('finds e-mails by address and by a part of the subject', async () => {
    const { mailbox, ses } = await start();
    for (const to of ['ann@example.com', 'joann@example.com', 'Ann <ANN@example.com>'])
      await ses.send(email({ to, subject: `Order 1 for ${to}` }));
    await ses.send(email({ subject: 'Hello' }));
    const found = async (filter: EmailFilter) => (await mailbox.search(filter)).map(({ subject }) => subject);
    expect(await found({ to: 'ann@Example.com', subject: 'order' })).toEqual([
      'Order 1 for ann@example.com',
      'Order 1 for Ann <ANN@example.com>',
    ]);
    expect(await found({ subject: 'HELLO' })).toEqual(['Hello']);
    expect(await found({ to: 'ann' })).toEqual([]);
  });

  it('waits for the first match, up to the given time', async () => {
    const { mailbox, ses } = await start();
    const waiting = mailbox.search({ to: 'ann@example.com', subject: 'two' }, 20_000);
    for (const subject of ['one', 'two']) await ses.send(email({ subject }));
    expect((await waiting).map(({ subject }) => subject)).toEqual(['two']);
    expect(await mailbox.search({ subject: 'three' }, 10)).toEqual([]);
  });

  /** Longer than a test's timeout. */
  const FOREVER = 60_000;

  it('answers all waiting requests when it stops', async () => {
    const { mailbox } = await start();
    const waiting = mailbox.search({ subject: 'never' }, FOREVER);
    mailbox.endWaiting();
    expect(await waiting).toEqual([]);
  });

  it('lets at most a hundred requests wait', async () => {
    const { mailbox } = await start();
    const waiting = Array.from({ length: 100 }, () => mailbox.search({}, FOREVER));
    expect(await mailbox.search({}, FOREVER)).toEqual([]);
    mailbox.endWaiting();
    await Promise.all(waiting);
  });

  it('finds one by its id', async () => {
    const { mailbox, ses } = await start();
    const { MessageId: id = '' } = await ses.send(email({ text: '"id":"x"' }));
    expect(mailbox.find(id)?.id).toBe(id);
    expect(mailbox.find('x')).toBeUndefined();
  });
});

describe('MailboxStore', () => {
  it('keeps the newest entries only, in memory and in its file', () => {
    const file = join(folder, 'bounded.ndjson');
    const store = new MailboxStore(file, { entries: 3, bytes: 1_000 });
    for (let entry = 1; entry <= 7; entry++) store.append(entry);
    expect(store.all().map(String)).toEqual(['5', '6', '7']);
    expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThan(6);
    expect(new MailboxStore(file, { entries: 2, bytes: 1_000 }).all().map(String)).toEqual(['6', '7']);
  });

  it('keeps to its limit of bytes, except for the newest entry', () => {
    const file = join(folder, 'bytes.ndjson');
    const store = new MailboxStore(file, { entries: 1_000, bytes: 1_000 });
    for (let entry = 0; entry < 100; entry++) store.append(String(entry).padEnd(98));
    expect(store.all()).toHaveLength(10);
    expect(statSync(file).size).toBeLessThan(2_100);
    store.append('x'.repeat(5_000));
    expect(store.all()).toHaveLength(1);
    expect(new MailboxStore(file, { entries: 1_000, bytes: 1_000 }).all()).toHaveLength(1);
  });

  it('uses only as much memory as the bytes of its entries, appended or read', () => {
    const file = join(folder, 'memory.ndjson');
    const appended = new MailboxStore(file, { entries: 100, bytes: 1_000_000 });
    for (let entry = 0; entry < 100; entry++) appended.append(String(entry).padEnd(848));
    for (const store of [appended, new MailboxStore(file, { entries: 100, bytes: 1_000_000 })]) {
      // A slice keeps all of its larger buffer alive.
      const held = new Set(store.all().map(({ buffer }) => buffer));
      expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(100 * 850);
    }
  });

  it('drops unreadable lines at its start, and no later ones', () => {
    const file = join(folder, 'torn.ndjson');
    appendFileSync(file, '{"id":1}\n{"id":2,"te{"id":3}\n\n{"id":4}\n{"id":');
    const store = new MailboxStore(file, { entries: 10, bytes: 1_000 });
    store.append({ id: 5 });
    expect(store.all().map(String)).toEqual(['{"id":1}', '{"id":4}', '{"id":5}']);
  });

  it('starts a new line after a failed write', () => {
    const file = join(folder, 'full.ndjson');
    const store = new MailboxStore(file, { entries: 10, bytes: 1_000 });
    renameSync(file, `${file}.away`);
    mkdirSync(file);
    expect(() => store.append({ id: 1 })).toThrow('EISDIR');
    rmdirSync(file);
    writeFileSync(file, '{"id":1,');
    store.append({ id: 2 });
    expect(new MailboxStore(file, { entries: 10, bytes: 1_000 }).all().map(String)).toEqual(['{"id":2}']);
  });
});
