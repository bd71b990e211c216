import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: (\d+)/i;
/** More than any response head; a link to the next page of a long search has 4,000 bytes. */
const HEAD_BYTES = 8_192;
const LAST = /^connection: close\r$/im;

/**
 * One kept-alive HTTP connection that reads as little of a response as possible. The load generator shares the machine
 * with the services, and node:http would cost as much as a refusal.
 */
export class Connection {
  private readonly socket: Socket;
  private answered: ((status: number) => void) | undefined;
  private status = 0;
  private missing = 0;
  closed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (data) => {
      if (this.answered) this.read(data);
      // Without a request in flight, the server closes an idle connection.
      else this.closed = true;
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
      this.end(0);
    });
  }

  /** Sends one request; calls `answered` with the status after the whole response, or with 0 if the connection ends. */
  send(request: Buffer, answered: (status: number) => void): void {
    this.answered = answered;
    this.missing = 0;
    this.socket.write(request);
  }

  destroy(): void {
    this.socket.destroy();
  }

  private read(data: Buffer): void {
    if (this.missing > 0) this.missing -= data.length;
    else {
      const head = data.toString('latin1', 0, HEAD_BYTES);
      this.status = Number(head.slice(9, 12));
      const body = head.indexOf(HEAD_END) + HEAD_END.length;
      this.missing = body + Number(LENGTH.exec(head)?.[1] ?? 0) - data.length;
      // The server will close it soon.
      this.closed ||= LAST.test(head.slice(0, body));
    }
    if (this.missing <= 0) this.end(this.status);
  }

  private end(status: number): void {
    const { answered } = this;
    this.answered = undefined;
    answered?.(status);
  }
}

/** Connections to one server: a request uses a free one, or opens one. */
export class Connections {
  private readonly free: Connection[] = [];
  private readonly all = new Set<Connection>();

  constructor(private readonly port: number) {}

  /** Opens `count` connections in advance. */
  prepare(count: number): void {
    while (this.all.size < count) this.free.push(this.open());
  }

  send(request: Buffer, answered: (status: number) => void): void {
    let connection = this.free.pop();
    while (connection?.closed) connection = this.free.pop();
    const used = connection ?? this.open();
    used.send(request, (status) => {
      if (used.closed) this.all.delete(used);
      else this.free.push(used);
      answered(status);
    });
  }

  close(): void {
    for (const connection of this.all) connection.destroy();
  }

  private open(): Connection {
    const connection = new Connection(this.port);
    this.all.add(connection);
    return connection;
  }
}
