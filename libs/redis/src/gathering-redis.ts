import type { Socket } from 'node:net';
import { Redis } from 'ioredis';

/** Sends one turn's commands in one packet: under load a system call for each costs more than the command itself. */
export class GatheringRedis extends Redis {
  private gathering = false;

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    if (!this.gathering) {
      const send = this.gather();
      setImmediate(send);
    }
    return super.sendCommand(...args);
  }

  /** Sends the commands of `sendAll` when it returns, together with those of this turn so far. */
  batch(sendAll: () => void): void {
    if (this.gathering) return sendAll();
    const send = this.gather();
    try {
      sendAll();
    } finally {
      send();
    }
  }

  /** Holds back writes until the returned function is called. */
  private gather(): () => void {
    const stream: Partial<Socket> | undefined = this.stream;
    this.gathering = true;
    stream?.cork?.();
    return () => {
      this.gathering = false;
      stream?.uncork?.();
    };
  }
}
