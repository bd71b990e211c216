import type { AddressInfo } from 'node:net';
import { type Logger, withDeadline } from '@app/kernel';
import { type IncomingRequest, ServerTCP, TcpContext } from '@nestjs/microservices';
import type { TcpSocket } from '@nestjs/microservices/helpers/tcp-socket.js';
import { type CommandReply, execute } from './command-packet.js';

/** Characters of one packet; far above any command, far below what would exhaust the process. */
export const MAX_PACKET = 1_000_000;
const DRAIN_MS = 10_000;

export interface CommandServerOptions {
  host: string;
  /** 0 takes a free port; `address` tells which. */
  port: number;
  logger: Logger;
}

/** Nest's TCP transport for commands, with the caller's context, domain errors as data, and a drain on close. */
export class CommandServer extends ServerTCP {
  private readonly running = new Set<Promise<CommandReply>>();

  constructor(private readonly commandOptions: CommandServerOptions) {
    super({ host: commandOptions.host, port: commandOptions.port, maxBufferSize: MAX_PACKET });
  }

  /** Where clients find this server, once it listens: `tcp://host:port`. */
  get address(): string {
    const { port } = this.server.address() as AddressInfo;
    return `tcp://${this.commandOptions.host}:${port}`;
  }

  override async handleMessage(socket: TcpSocket, rawMessage: unknown): Promise<void> {
    const packet = rawMessage as IncomingRequest;
    const pattern = this.getPatternAsString(packet.pattern);
    const context = new TcpContext([socket, pattern, packet.metadata ?? {}]);
    const work = execute(this, { ...packet, pattern }, context, this.commandOptions.logger);
    this.running.add(work);
    const reply = await work.finally(() => this.running.delete(work));
    socket.sendMessage({ ...reply, id: packet.id, isDisposed: true });
  }

  /** Takes no new connection and gives running commands up to 10 s before their sockets are cut. */
  override async close(): Promise<void> {
    this.isManuallyTerminated = true;
    this.server.close();
    await withDeadline(Promise.all(this.running), DRAIN_MS, 'Running commands').catch(() => undefined);
    super.close();
  }
}
