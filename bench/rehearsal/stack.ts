import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createTopology, type Topology } from '@app/messaging';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Consumer } from '../../apps/manifests.js';
import { QUEUES } from '../../apps/queues.js';
import type { WireUnderTest } from '../../test/support/stripe.js';
import type { Emulator } from './emulator.js';

/** The parts of a rehearsal. */
export interface Rehearsed {
  emulator: Emulator;
  stack: Stack;
  /** Where the stage's payments are made. */
  stripe: WireUnderTest;
  /** The database server's address, as an administrator. */
  databaseUrl: string;
}

const REGION = 'eu-west-1';
const TEST = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The stage `local` as an operator uses it: by Serverless Framework, the operators' commands and AWS's API. */
export class Stack {
  private readonly sqs: SQSClient;
  private readonly aws: { endpoint: string; region: string; credentials: typeof TEST };

  constructor(
    private readonly endpoint: string,
    private readonly parameters: Record<string, string>,
  ) {
    this.aws = { endpoint, region: REGION, credentials: TEST };
    this.sqs = new SQSClient(this.aws);
  }

  /** Runs `serverless <command> --stage local`; a failure has its last lines. */
  async serverless(command: string[], more: { params?: Record<string, string>; bundle?: 'keep' } = {}): Promise<void> {
    const params = Object.entries({ ...this.parameters, ...more.params }).map(
      ([name, value]) => `--param=${name}=${value}`,
    );
    const settings = { SLS_TELEMETRY_DISABLED: '1', ...(more.bundle && { BUNDLE: more.bundle }) };
    await this.run('npx', ['--no-install', 'serverless', ...command, '--stage', 'local', ...params], settings);
  }

  /** Runs an operators' command as `npm run ops -- <command> --stage local`, and returns its output. */
  ops(command: string[]): Promise<string> {
    return this.run(process.execPath, ['dist/apps/ops/src/main.js', ...command, '--stage', 'local']);
  }

  private async run(program: string, args: string[], settings: Record<string, string> = {}): Promise<string> {
    const child = spawn(program, args, {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: this.endpoint,
        AWS_ACCESS_KEY_ID: TEST.accessKeyId,
        AWS_SECRET_ACCESS_KEY: TEST.secretAccessKey,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output = (output + String(data)).slice(-3_000)));
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /** Sets the redrive policies by the API, since the emulator's CloudFormation drops them. */
  completeTopology(): Promise<Topology<Consumer>> {
    return createTopology('local', QUEUES, { endpoint: this.endpoint, region: REGION });
  }

  async invoke(name: string, payload: object): Promise<unknown> {
    const request = new InvokeCommand({ FunctionName: `commerce-local-${name}`, Payload: JSON.stringify(payload) });
    const { Payload: answer, FunctionError: failure } = await new LambdaClient(this.aws).send(request);
    const text = Buffer.from(answer ?? '').toString();
    if (failure) throw new Error(`${name} failed: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The value of the secret whose description begins with `description`. */
  async secret<T = Record<string, string>>(description: string): Promise<T> {
    const client = new SecretsManagerClient(this.aws);
    const request = new GetSecretValueCommand({ SecretId: await this.secretArn(description) });
    const { SecretString: text = '{}' } = await client.send(request);
    return JSON.parse(text) as T;
  }

  /** Gives a secret its value, as an operator does. */
  async putSecret(description: string, value: Record<string, string>): Promise<void> {
    const SecretId = await this.secretArn(description);
    const request = new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) });
    await new SecretsManagerClient(this.aws).send(request);
  }

  /** Calls the stack's rotation function as Secrets Manager would; the emulator never does. */
  async rotate(description: string): Promise<void> {
    const ClientRequestToken = randomUUID();
    const SecretId = await this.secretArn(description);
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      await this.invoke('databases-rotate', { SecretId, ClientRequestToken, Step });
    }
  }

  private async secretArn(description: string): Promise<string | undefined> {
    const request = new ListSecretsCommand({ MaxResults: 100 });
    const { SecretList: all = [] } = await new SecretsManagerClient(this.aws).send(request);
    return all.find(({ Description: text }) => text?.startsWith(description))?.ARN;
  }

  /** Shortens the wait: five receives of 90 seconds each are too long for a rehearsal. */
  async hurry(queueUrl: string): Promise<void> {
    const { Attributes: now } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    const policy = { ...(JSON.parse(now?.RedrivePolicy ?? '{}') as object), maxReceiveCount: 2 };
    const Attributes = { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify(policy) };
    await this.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  }

  async send(queueUrl: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  }

  async count(queueUrl: string): Promise<number> {
    const request = { QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] };
    const { Attributes: found } = await this.sqs.send(new GetQueueAttributesCommand(request));
    return Number(found?.ApproximateNumberOfMessages ?? 0);
  }
}
