import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';

/** A fault of a connection between two processes. */
export type Fault =
  | 'none'
  /** New connections are closed at once, and open ones are cut. */
  | 'refuse'
  /** Everything is swallowed: both sides wait. */
  | 'black-hole';

/** A connection between two processes that a proof can cut, delay or block. */
export class TcpProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private fault: Fault = 'none';
  private delayMs = 0;
  /** Called at the first byte of each response; true cuts the connection before the caller gets it. */
  private cutAnswer: () => boolean = () => false;

  private constructor(
    private readonly server: Server,
    private target: number,
    /** The same before and after an outage. */
    readonly port: number,
  ) {}

  /** Listens on a free loopback port and forwards to port `target` there. */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, target, (server.address() as AddressInfo).port);
    server.on('connection', (near: Socket) => proxy.connect(near));
    return proxy;
  }

  /** Sends new connections elsewhere. */
  forwardTo(target: number): void {
    this.target = target;
  }

  /** Delays every piece of data, in both directions. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  set(fault: Fault): void {
    this.fault = fault;
    if (fault === 'refuse') this.cut();
  }

  /** Cuts every connection and stops listening, so that new ones are refused. */
  async leave(): Promise<void> {
    const gone = once(this.server, 'close');
    this.server.close();
    this.cut();
    await gone;
  }

  async comeBack(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Cuts responses, after the other side has done the work, whenever `decide` returns true. */
  cutAnswers(decide: () => boolean): void {
    this.cutAnswer = decide;
  }

  /** Cuts every open connection. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private connect(near: Socket): void {
    if (this.fault === 'refuse') {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const far = createConnection({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair: [Socket, Socket] = [near, far];
    this.pairs.add(pair);
    this.pipe(near, far, () => false);
    this.pipe(far, near, () => this.cutAnswer());
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  }

  private pipe(from: Socket, to: Socket, cut: () => boolean): void {
    from.on('data', (data) => {
      if (this.fault === 'black-hole') return;
      if (cut()) {
        to.resetAndDestroy();
        return;
      }
      if (this.delayMs === 0) to.write(data);
      else setTimeout(() => to.write(data), this.delayMs);
    });
    from.on('end', () => to.end());
  }
}
