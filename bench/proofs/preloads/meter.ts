import { createServer } from 'node:net';

/**
 * Says, on the port METER_PORT, what this process costs: `cpu` asks for its processor time so far in ms, all threads
 * together; `watch` and `longest` begin and end a watch over its event loop and answer the longest turn of it, in ms of its
 * own thread's processor time. Both are times of work: on a busy machine they stay the same.
 */
let longestMs = 0;
let beforeMs = 0;
let watching = false;

/** While it is watched, the loop never sleeps: a turn ends where the next immediate runs. */
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
