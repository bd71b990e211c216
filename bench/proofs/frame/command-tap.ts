import { randomBytes } from 'node:crypto';
import { createLogger } from '@app/kernel';
import { commandClient, Commands, CommandServer } from '@app/messaging';

/** What commands carry in this run. */
export const COMMANDS_SECRET = randomBytes(32).toString('base64url');

/** A place on the wire between two services, where a proof answers commands itself or passes them on. */
export class CommandTap {
  private readonly server = new CommandServer({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger({ service: 'proof', level: 'silent' }),
  });

  private constructor() {}

  static async start(
    pattern: string,
    answer: (payload: { order_ref: string }) => Promise<object>,
  ): Promise<CommandTap> {
    const tap = new CommandTap();
    tap.server.addHandler(pattern, answer);
    await new Promise<void>((resolve) => tap.server.listen(() => resolve()));
    return tap;
  }

  get address(): string {
    return this.server.address;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }
}

/** Asks a service that listens for commands on this port. */
export const commandsTo = (port: number): Commands =>
  new Commands(commandClient(`tcp://127.0.0.1:${port}`, { region: '', secret: COMMANDS_SECRET }));

/** Aims at a moment that moves: a random time between now and somewhat after when it was seen to come. */
export class Aim {
  private expectedMs = 5;

  /** Where to shoot, in ms from now. */
  next(): number {
    return Math.random() * this.expectedMs * 2;
  }

  /** Who was first says whether to aim later or earlier, so that in the end it is about half and half. */
  learn(tooEarly: boolean): void {
    this.expectedMs = Math.max(0.5, this.expectedMs * (tooEarly ? 1.03 : 0.97));
  }
}
