import { DomainError } from '@app/kernel';
import { InvokeCommand, LambdaClient as AwsLambdaClient } from '@aws-sdk/client-lambda';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { type AwsOptions, awsClientConfig } from './aws-options.js';
import type { CommandReply } from './command-packet.js';

const MAX_WAIT_MS = 30_000;

export interface LambdaClientOptions extends AwsOptions {
  /** By convention `commerce-<stage>-<app>-rpc`. */
  functionName: string;
}

/** The client side of commands on AWS: a synchronous invocation, authorised by IAM. One attempt; callers retry. */
export class LambdaClient extends ClientProxy {
  private readonly lambda: AwsLambdaClient;

  constructor(private readonly options: LambdaClientOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.lambda = new AwsLambdaClient(awsClientConfig(options, { deadlineMs: MAX_WAIT_MS, attempts: 1 }));
  }

  override connect(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {
    this.lambda.destroy();
  }

  override unwrap<T>(): T {
    return this.lambda as T;
  }

  /** The returned function aborts the invocation's HTTP request, so that a caller that gave up holds no socket. */
  protected override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const abandoned = new AbortController();
    this.invoke(packet, abandoned.signal).then(
      (reply) => callback({ ...reply, isDisposed: true }),
      (err: unknown) => callback({ err, isDisposed: true }),
    );
    return () => abandoned.abort();
  }

  protected override dispatchEvent(): never {
    throw new Error('Events go through the topic, not to a function.');
  }

  private async invoke(packet: ReadPacket, abortSignal: AbortSignal): Promise<CommandReply> {
    const { FunctionError: failure, Payload: payload } = await this.lambda.send(
      new InvokeCommand({
        FunctionName: this.options.functionName,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(packet)),
      }),
      { abortSignal },
    );
    // The function itself returns errors as data, so it crashed, timed out or did not start.
    if (failure) throw new DomainError('service-unavailable', `${this.options.functionName} failed. Try again later.`);
    return JSON.parse(Buffer.from(payload ?? '{}').toString('utf8')) as CommandReply;
  }
}
