import { createServer } from 'node:net';

/**
 * Reports this process's cost on the port METER_PORT. `cpu` returns its processor time so far, in ms, for all threads.
 * `watch` starts watching the event loop; `longest` stops it and returns the longest turn, in ms of its thread's
 * processor time. Neither depends on how busy the machine is.
 */
let longestMs = 0;
let beforeMs = 0;
let watching = false;

/** A watched loop never sleeps: a turn ends when the next immediate runs. */
function turn(): void {
  const now = ownThreadMs();
  longestMs = Math.max(longestMs, now - beforeMs);
  beforeMs = now;
  if (watching) setImmediate(turn);
}

function ownThreadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function allThreadsMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const ANSWERS: Record<string, () => number> = {
  cpu: allThreadsMs,
  watch: () => {
    longestMs = 0;
    beforeMs = ownThreadMs();
    watching = true;
    setImmediate(turn);
    return 0;
  },
  longest: () => {
    watching = false;
    return longestMs;
  },
};

const port = Number(process.env['METER_PORT'] ?? 0);
if (port > 0) {
  createServer({ noDelay: true }, (socket) => {
    socket.setEncoding('latin1').on('data', (asked: string) => {
      socket.write(`${ANSWERS[asked.trim()]?.() ?? Number.NaN}\n`);
    });
    socket.on('error', () => undefined);
    socket.unref();
  })
    .listen(port, '127.0.0.1')
    .unref();
}
