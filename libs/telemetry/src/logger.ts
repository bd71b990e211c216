import { systemTime } from '@app/kernel';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields that are never logged, at the top level or one below. */
const SECRET_FIELDS = [
  'password',
  'current_password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
  'cart_token',
  'order_token',
  'cart-token',
  'order-token',
  'authorization',
  'email',
  'customer_email',
  'full_name',
  'phone_number',
  'address',
  'shipping_address',
  'billing_address',
  'ship_to',
  'bill_to',
  'note',
  'to',
];

/** Creates a logger that writes one JSON line per entry and redacts secrets and personal data by path. */
export function createLogger(options: { service: string; level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      messageKey: 'message',
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`]), censor: '[redacted]' },
    },
    ...(options.destination ? [options.destination] : []),
  );
}

const INFO = 30;
/** Info lines wait for others for this time or until this many characters. */
const FLUSH = { ms: 100, characters: 65_536 };

/**
 * Standard output for a long-running process: info lines are written together, which saves a busy server most of their
 * cost; higher levels are written at once, after the lines that waited. A killed process loses the info lines of its
 * last 100 ms.
 */
export function bufferedOutput(
  output: DestinationStream = pino.destination({ sync: true }),
): DestinationStream & { lastLevel: number } {
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    output.write(lines);
  };
  setInterval(flush, FLUSH.ms).unref();
  process.once('exit', flush);
  return {
    // Makes pino record each line's level.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      waiting += line;
      if (this.lastLevel > INFO || waiting.length >= FLUSH.characters) flush();
    },
  };
}

let lastTime = { at: 0, text: '' };

/** Lines of the same millisecond share its text, which would cost a quarter of a line. */
function isoTime(): string {
  const now = systemTime();
  if (now !== lastTime.at) lastTime = { at: now, text: `,"time":"${new Date(now).toISOString()}"` };
  return lastTime.text;
}

/** Passes Nest's own messages to the platform's logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    // An error of Nest's start is reported by its caller.
    const level = rest.at(-1) === 'ExceptionHandler' ? 'debug' : 'error';
    this.logger[level](
      { context: rest.at(-1), stack: message instanceof Error ? message.stack : rest[0] },
      String(message),
    );
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1) }, String(message));
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace({ context: rest.at(-1) }, String(message));
  }
}
