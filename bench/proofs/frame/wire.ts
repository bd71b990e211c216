import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '@app/events';
import { awsClientConfig, Queues, type Topology } from '@app/messaging';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { ReceivedEmail } from '../../../apps/local/src/embedded/mailbox.js';
import type { Consumer } from '../../../apps/manifests.js';
import { endChild, startChild } from './child.js';

const NEWLINE = 0x0a;

interface Addresses extends Topology<Consumer> {
  aws: string;
  mail: string;
  auditQueueUrl: string;
}

/** A proof's access to the queues and the mailbox. */
export class Wire {
  private readonly sqs: SQSClient;
  private readonly counted = { bytes: 0, lines: 0 };

  private constructor(
    private readonly child: ChildProcess,
    private readonly mailboxFile: string,
    readonly addresses: Addresses,
  ) {
    this.sqs = new SQSClient(
      awsClientConfig({ region: 'eu-west-1', endpoint: addresses.aws }, { deadlineMs: 10_000, attempts: 3 }),
    );
  }

  static async start(folder: string): Promise<Wire> {
    mkdirSync(folder, { recursive: true });
    const logFile = join(folder, 'wire.log');
    const child = startChild({ program: 'bench/proofs/frame/wire-process.js', args: [folder], logFile });
    const failed = once(child, 'exit').then(() => {
      throw new Error(`The queues did not start; see ${logFile}.`);
    });
    const [addresses] = (await Promise.race([once(child, 'message'), failed])) as [Addresses];
    failed.catch(() => undefined);
    return new Wire(child, join(folder, 'mailbox.ndjson'), addresses);
  }

  /** Every accepted e-mail, in order. */
  emails(): ReceivedEmail[] {
    if (!existsSync(this.mailboxFile)) return [];
    const lines = readFileSync(this.mailboxFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as ReceivedEmail);
  }

  /** The number of accepted e-mails. Called very often, so it reads only new lines of the mailbox, one per e-mail. */
  emailCount(): number {
    if (!existsSync(this.mailboxFile)) return 0;
    const news = Buffer.alloc(statSync(this.mailboxFile).size - this.counted.bytes);
    if (news.length === 0) return this.counted.lines;
    const file = openSync(this.mailboxFile, 'r');
    this.counted.bytes += readSync(file, news, 0, news.length, this.counted.bytes);
    closeSync(file);
    for (let at = news.indexOf(NEWLINE); at !== -1; at = news.indexOf(NEWLINE, at + 1)) this.counted.lines++;
    return this.counted.lines;
  }

  /** The events published since the last call, with repetitions. */
  async publishedEvents(): Promise<Envelope[]> {
    const events: Envelope[] = [];
    for await (const { Body: body = '{}' } of this.drain(this.addresses.auditQueueUrl)) {
      events.push(JSON.parse(body) as Envelope);
    }
    return events;
  }

  /** An app's unfinished messages: waiting, and received but neither deleted nor released. */
  async depth(app: Consumer): Promise<{ visible: number; hidden: number }> {
    return this.depthOf(this.addresses.queueUrls[app]);
  }

  deadLetters(app: Consumer): Promise<{ visible: number; hidden: number }> {
    return this.depthOf(this.addresses.dlqUrls[app]);
  }

  /** Moves an app's dead letters back to its queue, as operators do, and returns their number. */
  async redrive(app: Consumer): Promise<number> {
    const queues = new Queues({ region: 'eu-west-1', endpoint: this.addresses.aws });
    try {
      return await queues.redrive(this.addresses.dlqUrls[app], this.addresses.queueUrls[app], { limit: Infinity });
    } finally {
      queues.close();
    }
  }

  /** Sends up to ten messages to an app's queue, as the topic would. */
  async send(app: Consumer, bodies: readonly string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await this.sqs.send(new SendMessageBatchCommand({ QueueUrl: this.addresses.queueUrls[app], Entries }));
  }

  async stop(): Promise<void> {
    this.sqs.destroy();
    await endChild(this.child, 'SIGKILL');
  }

  private async *drain(queueUrl: string): AsyncGenerator<Message> {
    for (;;) {
      const request = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
      const { Messages: messages = [] } = await this.sqs.send(new ReceiveMessageCommand(request));
      if (messages.length === 0) return;
      yield* messages;
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  }

  private async depthOf(queueUrl: string): Promise<{ visible: number; hidden: number }> {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
    const { Attributes: found = {} } = await this.sqs.send(command);
    return {
      visible: Number(found['ApproximateNumberOfMessages'] ?? 0),
      hidden: Number(found['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  }
}
