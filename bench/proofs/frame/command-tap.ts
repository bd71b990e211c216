import { randomBytes } from 'node:crypto';
import { commandClient, Commands, CommandServer } from '@app/messaging';
import { createLogger } from '@app/telemetry';

/** The secret of commands in this run. */
export const COMMANDS_SECRET = randomBytes(32).toString('base64url');

/** Stands between two services: a proof answers their commands itself or passes them on. */
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

/** Sends commands to the service that listens on this port. */
export const commandsTo = (port: number): Commands =>
  new Commands(commandClient(`tcp://127.0.0.1:${port}`, { region: '', secret: COMMANDS_SECRET }));

/** Aims at a varying moment: picks a random time up to somewhat after the last observed one. */
export class Aim {
  private expectedMs = 5;

  /** The next delay, in ms. */
  next(): number {
    return Math.random() * this.expectedMs * 2;
  }

  /** Moves the aim later or earlier by who was first, so that both sides win about half of the races. */
  learn(tooEarly: boolean): void {
    this.expectedMs = Math.max(0.5, this.expectedMs * (tooEarly ? 1.03 : 0.97));
  }
}
