import type { Socket } from 'node:net';
import { Redis } from 'ioredis';

/**
 * A client whose commands of one turn of the event loop leave in one packet: under load a system call for each costs more
 * than the command itself.
 */
export class GatheringRedis extends Redis {
  private gathering = false;

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    if (!this.gathering) {
      const send = this.gather();
      setImmediate(send);
    }
    return super.sendCommand(...args);
  }

  /** What `sendAll` sends leaves when it returns, with what this turn has gathered. */
  together(sendAll: () => void): void {
    if (this.gathering) return sendAll();
    const send = this.gather();
    try {
      sendAll();
    } finally {
      send();
    }
  }

  /** Holds back what is written until the answered function is called. */
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
