import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type CommandInvocation, type CommandReply, execute } from './command-packet.js';
import { Journal, type JournalOptions } from './journal.js';

/** The server side of commands on AWS: the Lambda runtime passes each invocation to `dispatch`. */
export class LambdaServer extends Server implements CustomTransportStrategy {
  /** Keeps event handlers out: only patterns without their own transport are registered here. */
  override readonly transportId = Symbol('LAMBDA');

  private readonly journal: Journal;

  constructor(options: JournalOptions) {
    super();
    this.journal = new Journal(options);
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  /** Never rejects; a failure is the reply's `err`. */
  async dispatch(command: CommandInvocation): Promise<CommandReply> {
    const { reply, log } = await execute(this, command, new BaseRpcContext([command.metadata]), this.journal);
    log();
    return reply;
  }

  override listen(callback: () => void): void {
    callback();
  }

  override close(): void {}

  override on(): void {
    throw new Error('The Lambda server emits no events.');
  }

  override unwrap<T>(): T {
    throw new Error('The Lambda server has no server underneath.');
  }
}
