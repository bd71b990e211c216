import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { withDeadline } from '@app/async';
import { StartFailure } from '@app/kernel';
import type { Logger, Metrics } from '@app/telemetry';
import {
  type CustomTransportStrategy,
  type IncomingRequest,
  type MessageHandler,
  Server,
  ServerTCP,
  TcpContext,
  Transport,
} from '@nestjs/microservices';
import type { TcpSocket } from '@nestjs/microservices/helpers/tcp-socket.js';
import { execute } from './command-packet.js';
import { Journal } from './journal.js';

/** Characters of one packet; far above any command, and far below what would exhaust the process. */
export const MAX_PACKET = 1_000_000;
const DRAIN_MS = 10_000;
const END_MS = 500;
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

export interface CommandServerOptions {
  host: string;
  /** 0 picks a free port; see `address`. */
  port: number;
  /** Every command must carry it; without it the server listens only on a loopback address. */
  secret?: string | undefined;
  logger: Logger;
  metrics?: Metrics | undefined;
}

/** Nest's TCP transport for commands, with the caller's context, domain errors as data, and a drain on close. */
export class CommandServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Transport.TCP;
  private readonly tcp: PacketListener;
  private readonly running = new Set<Promise<void>>();
  private readonly journal: Journal;

  /** @throws StartFailure if anybody on the network could send commands. */
  constructor(private readonly options: CommandServerOptions) {
    super();
    if (options.secret === undefined && !LOOPBACK.test(options.host))
      throw new StartFailure(
        'Set COMMANDS_SECRET, or COMMANDS_HOST to 127.0.0.1: commands from a network carry a secret.',
      );
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.journal = new Journal(options);
    this.tcp = new PacketListener(options, (socket, packet) => this.track(this.serve(socket, packet)));
  }

  /** The address for clients while it listens: `tcp://host:port`. */
  get address(): string {
    const { port } = this.tcp.unwrap<NetServer>().address() as AddressInfo;
    return `tcp://${this.options.host}:${port}`;
  }

  /** Number of commands without a reply yet. */
  get inFlight(): number {
    return this.running.size;
  }

  override listen(callback: (error?: unknown) => void): void {
    this.tcp.listen(callback);
  }

  /**
   * Stops reading, so that no command runs whose reply could not be sent, and gives running commands up to 10 s for
   * their replies. A caller whose command was not read sees its connection close and may call another instance.
   */
  override async close(): Promise<void> {
    this.tcp.stopReading();
    await withDeadline(Promise.all(this.running), DRAIN_MS, 'Running commands').catch(() => undefined);
    await this.tcp.endSockets();
    this.tcp.close();
  }

  /** Nest would first parse the pattern as JSON; that costs every command an error with a stack. */
  override getHandlerByPattern(pattern: string): MessageHandler | null {
    return this.messageHandlers.get(pattern) ?? null;
  }

  override on(): void {
    throw new Error('The command server emits no events.');
  }

  override unwrap<T>(): T {
    return this.tcp.unwrap<T>();
  }

  private isTrusted({ secret }: Command): boolean {
    const { secret: expected } = this.options;
    if (expected === undefined) return true;
    const [own, given] = [Buffer.from(expected), Buffer.from(typeof secret === 'string' ? secret : '')];
    return own.length === given.length && timingSafeEqual(own, given);
  }

  /** No reply: the operator of a legitimate caller finds the reason in the log. */
  private refuse(socket: TcpSocket): void {
    this.options.logger.warn('a command without the secret of this platform was refused; compare COMMANDS_SECRET');
    socket.netSocket.destroy();
  }

  private async track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    await work.finally(() => this.running.delete(work));
  }

  /** Resolves once this process has sent the reply. */
  private async serve(socket: TcpSocket, packet: IncomingRequest): Promise<void> {
    if (!this.isTrusted(packet)) return this.refuse(socket);
    const pattern = this.getPatternAsString(packet.pattern);
    const context = new TcpContext([socket, pattern, packet.metadata ?? {}]);
    const { reply, log } = await execute(this, { ...packet, pattern }, context, this.journal);
    const leaving = new Promise<void>((sent) => {
      socket.sendMessage({ ...reply, id: packet.id, isDisposed: true }, () => sent());
    });
    log();
    await leaving;
  }
}

type Command = IncomingRequest & { secret?: unknown };

/** Nest's framing and sockets without its handling, which aborts running commands on close and drops error codes. */
class PacketListener extends ServerTCP {
  private stopped = false;

  constructor(
    { host, port }: CommandServerOptions,
    private readonly serve: (socket: TcpSocket, packet: IncomingRequest) => Promise<void>,
  ) {
    super({ host, port, maxBufferSize: MAX_PACKET });
  }

  override handleMessage(socket: TcpSocket, rawMessage: unknown): Promise<void> {
    return this.serve(socket, rawMessage as IncomingRequest);
  }

  override bindHandler(socket: Socket): void {
    // Accepted by the system, but reported only after the server was closed.
    if (this.stopped) socket.destroy();
    else super.bindHandler(socket.setNoDelay(true));
  }

  /** Accepts no new connections, and reads nothing more from open ones. */
  stopReading(): void {
    this.stopped = true;
    this.unwrap<NetServer>().close();
    for (const socket of this.openSockets) socket.pause();
  }

  async endSockets(): Promise<void> {
    await Promise.all([...this.openSockets].map(endSocket));
  }
}

/**
 * Half-closes the connection and discards all further data until the other side has closed too: a client that writes to
 * a closed socket gets an error, and drops the replies it has not read yet.
 */
async function endSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.removeAllListeners('data').resume().end();
  await withDeadline(closed, END_MS, 'The other side').catch(() => undefined);
}
