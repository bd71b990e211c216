/** A separate process that sends the load its parent requests, and reports the responses. */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Connections } from './connection.js';
import type { Kind, KindResult, Phase } from './phase.js';

const TICK_MS = 4;
const NEVER = new Int32Array(new SharedArrayBuffer(4));
const PREPARED = 256;
/** Later responses count as none. */
const LAST_ANSWERS_MS = 15_000;

const pools = new Map<number, Connections>();

function poolFor(port: number): Connections {
  const present = pools.get(port);
  if (present) return present;
  const pool = new Connections(port);
  pool.prepare(PREPARED);
  pools.set(port, pool);
  return pool;
}

/** One kind of request, and its responses. */
class Stream {
  readonly samples: KindResult['samples'] = [];
  sent = 0;
  private readonly pool: Connections;
  private readonly requests: Buffer[];

  constructor(
    readonly kind: Kind,
    private readonly began: number,
  ) {
    this.pool = poolFor(kind.port);
    this.requests = kind.requests.map((text) => Buffer.from(text, kind.encoding));
  }

  get waiting(): number {
    return this.sent - this.samples.length;
  }

  ask(then: () => void = () => undefined): void {
    const request = this.requests[this.sent++ % this.requests.length];
    const at = performance.now();
    if (!request) return;
    this.pool.send(request, (status) => {
      this.samples.push({ at: at - this.began, ms: performance.now() - at, status });
      then();
    });
  }
}

async function run(phases: Phase[]): Promise<Record<string, KindResult>[]> {
  const results: Stream[][] = [];
  for (const phase of phases) results.push(await send(phase));
  const deadline = performance.now() + LAST_ANSWERS_MS;
  while (results.flat().some(({ waiting }) => waiting > 0) && performance.now() < deadline) await sleep(TICK_MS);
  return results.map((streams) =>
    Object.fromEntries(streams.map(({ kind, sent, samples }) => [kind.name, { sent, samples }])),
  );
}

async function send({ seconds, kinds, perSecond = 0, clients = 0 }: Phase): Promise<Stream[]> {
  const began = performance.now();
  const until = began + seconds * 1_000;
  const streams = kinds.map((kind) => new Stream(kind, began));
  const visit = streams.flatMap((stream) => Array.from({ length: stream.kind.times }, () => stream));
  const askOn = (step: number): void => {
    if (performance.now() < until) visit[step % visit.length]?.ask(() => askOn(step + 1));
  };
  // Visitors start at different points, so that all kinds run at once.
  for (let client = 0; client < clients; client++) askOn(client);
  while (clients > 0 && performance.now() < until) await sleep(TICK_MS);
  while (performance.now() < until) {
    await nap();
    const due = ((performance.now() - began) * perSecond) / 1_000;
    for (const stream of streams) while (stream.sent < due * stream.kind.times) stream.ask();
  }
  return streams;
}

/**
 * Sleeps, then reads all responses at once: waking up for each of thousands a second would take a sixth of the machine
 * from the services. Responses are therefore recorded up to a tick late.
 */
async function nap(): Promise<void> {
  Atomics.wait(NEVER, 0, 0, TICK_MS);
  await turn();
}

process.on('message', (phases: Phase[]) => {
  void run(phases).then((results) => process.send?.(results));
});
// The leash unrefs the channel, which must keep this process alive.
process.channel?.ref();
process.send?.('ready');
