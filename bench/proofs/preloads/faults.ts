import dns from 'node:dns';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Faults that a proof causes in a running process by a file of this name in the folder PROOF_FAULTS.
 * `names`: no host name resolves. `clock`: the clock is an hour back.
 */
const wrong = { names: false, clock: false };
const LOOK_MS = 100;
const HOUR_MS = 3_600_000;

const folder = process.env['PROOF_FAULTS'];
if (folder !== undefined) {
  setInterval(() => {
    for (const name of ['names', 'clock'] as const) wrong[name] = existsSync(join(folder, name));
  }, LOOK_MS).unref();
}

const { lookup } = dns;
dns.lookup = function (this: unknown, ...args: unknown[]) {
  if (!wrong.names) return Reflect.apply(lookup, this, args) as unknown;
  const answer = args.at(-1) as (error: Error) => void;
  const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${String(args[0])}`), { code: 'EAI_AGAIN' });
  setImmediate(answer, error);
  return undefined;
} as typeof lookup;

const RealDate = Date;
const now = (): number => RealDate.now() - (wrong.clock ? HOUR_MS : 0);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});
