import { createLogger, type Logger } from '@app/telemetry';

/** A log line of a request. */
export interface JournalLine {
  time: string;
  service: string;
  message: string;
  request_id: string;
  [field: string]: unknown;
}

const KEPT = 10_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * The newest log lines of all services in this process, by request: they show what no database stores. Lines are parsed
 * only when they are read, which is rare.
 */
export class RequestJournal {
  private readonly lines: string[] = [];
  private next = 0;

  /** Creates a logger whose info lines are also kept here, whatever level is printed. */
  logger(service: string, level: string): Logger {
    const printed = LEVELS.slice(level === 'silent' ? LEVELS.length : LEVELS.indexOf(level)).map(
      (name) => `{"level":"${name}"`,
    );
    const destination = {
      write: (line: string) => {
        if (printed.some((start) => line.startsWith(start))) process.stdout.write(line);
        if (line.includes('"request_id"')) this.keep(line);
      },
    };
    return createLogger({ service, level: ['trace', 'debug'].includes(level) ? level : 'info', destination });
  }

  /** Adds a line for an action of this process itself. */
  note(line: Omit<JournalLine, 'time'>): void {
    this.keep(JSON.stringify({ time: new Date().toISOString(), ...line }));
  }

  /** The lines of a request. */
  of(requestId: string): JournalLine[] {
    return this.where('request_id', requestId);
  }

  /** The lines in which a field has this text. */
  where(field: string, text: string): JournalLine[] {
    const wanted = JSON.stringify(text);
    return this.lines
      .filter((line) => line.includes(wanted))
      .map((line) => JSON.parse(line) as JournalLine)
      .filter((line) => line[field] === text);
  }

  private keep(line: string): void {
    this.lines[this.next] = line;
    this.next = (this.next + 1) % KEPT;
  }
}
