import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const TICK_MS = 10;
/** The process whose children are the kernel's threads. */
const KERNEL = 2;

interface Used {
  parent: number;
  ms: number;
}

/** The processor time of a process so far, in ms; Linux only. */
export const processorMs = (pid: number): number => used(pid).ms;

function used(pid: number): Used {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
}

/** Processor time of other processes and of the host; kernel threads, which work for all, do not count. */
function othersMs(): number {
  const processes = new Map<number, Used>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      processes.set(Number(name), used(Number(name)));
    } catch {
      // The process has just ended.
    }
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(processes.get(pid)?.parent ?? 0));
  const others = [...processes].filter(([pid, { parent }]) => parent !== KERNEL && pid !== KERNEL && !isOurs(pid));
  const stolen = Number((readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').trim().split(/\s+/)[8]) * TICK_MS;
  return others.reduce((sum, [, { ms }]) => sum + ms, stolen);
}

/** Returns a function that returns the share of the machine used by others since now. */
export function watchOthers(): () => number {
  const [began, before] = [performance.now(), othersMs()];
  return () => (othersMs() - before) / ((performance.now() - began) * availableParallelism());
}
