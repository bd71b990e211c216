import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The processor time of a service's process, from `preloads/meter`. */
export class Meter {
  private constructor(private readonly socket: Socket) {}

  static async of(port: number): Promise<Meter> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.setEncoding('latin1');
    return new Meter(socket);
  }

  /** The process's processor time during the work, in ms. */
  async cpuOf(work: () => Promise<unknown>): Promise<number> {
    const before = await this.ask('cpu');
    await work();
    return (await this.ask('cpu')) - before;
  }

  /** The longest turn of its event loop during the work, in ms of processor time. */
  async longestTurnIn(work: () => Promise<unknown>): Promise<number> {
    await this.ask('watch');
    await work();
    return this.ask('longest');
  }

  close(): void {
    this.socket.destroy();
  }

  private async ask(word: 'cpu' | 'watch' | 'longest'): Promise<number> {
    const answer = once(this.socket, 'data');
    this.socket.write(`${word}\n`);
    const [text] = (await answer) as [string];
    return Number(text);
  }
}
