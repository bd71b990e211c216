import { connect, type Socket } from 'node:net';

const COUNT = 220;
/** With so many addresses, each stays below the limit per address. */
const ADDRESSES = 10;
const BYTE_MS = 2_000;
/** More than is sent before the server's timeout. */
const LENGTH = 1_000;

/** Connections from ten addresses that send a byte of a body every two seconds; a cut one connects again. */
export class SlowBodies {
  static readonly count = COUNT;
  private readonly open = new Set<Socket>();
  private readonly timer: NodeJS.Timeout;
  /** Statuses received before their bodies were complete. */
  readonly statuses = new Map<string, number>();
  private ended = false;

  constructor(private readonly request: { port: number; path: string; token?: string }) {
    for (let n = 0; n < COUNT; n++) this.begin(n);
    this.timer = setInterval(() => {
      for (const socket of this.open) socket.write(' ');
    }, BYTE_MS);
  }

  /** Connections with an unfinished body. */
  get held(): number {
    return this.open.size;
  }

  stop(): void {
    this.ended = true;
    clearInterval(this.timer);
    for (const socket of this.open) socket.destroy();
  }

  private begin(n: number): void {
    const { port, path, token } = this.request;
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${10 + (n % ADDRESSES)}` });
    socket.on('connect', () => {
      this.open.add(socket);
      const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`;
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${authorization}content-type: application/json\r\n`;
      socket.write(`${head}content-length: ${LENGTH}\r\n\r\n{`);
    });
    socket.setEncoding('latin1').on('data', (data: string) => {
      const status = data.slice(9, 12);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.open.delete(socket);
      if (!this.ended) setTimeout(() => this.begin(n), 100);
    });
  }
}
