import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';

/** Free where only the end is to be filled: a moment's writes. */
const LITTLE = 256 * 1024;

/** A disk for one process, which a test fills and empties. */
export interface SmallDisk {
  /** The program that puts the process on the disk, with its arguments. */
  through: readonly string[];
  /** Modules that the process runs first. */
  imports: readonly string[];
  /** Leaves little room, where the disk has a size. */
  fillAlmost(pid: number): void;
  fill(pid: number): void;
  empty(pid: number): void;
}

/**
 * A small file system over `folder`, in a namespace of the process alone. Where nobody may mount one, the kernel's bound on
 * what the process may write: then no file grows, and none is written over either.
 */
export function smallDiskAt(folder: string, megabytes: number): SmallDisk {
  const through = (then: string) => [
    '-Urm',
    'sh',
    '-c',
    `mount -t tmpfs -o size=${megabytes}m none "$0" && ${then}`,
    folder,
  ];
  return spawnSync('unshare', through('true')).status === 0
    ? { through: ['unshare', ...through('exec "$@"')], imports: [], ...mounted(folder) }
    : { through: [], imports: [SURVIVES_THE_BOUND], ...bounded };
}

function mounted(folder: string): Pick<SmallDisk, 'fillAlmost' | 'fill' | 'empty'> {
  const filler = (pid: number) => `/proc/${pid}/root${folder}/filler`;
  const fill = (pid: number, free: number) => {
    const { bavail, bsize } = statfsSync(`/proc/${pid}/root${folder}`);
    try {
      writeFileSync(filler(pid), Buffer.alloc(Math.max(0, bavail * bsize - free)), { flag: 'a' });
    } catch (error) {
      // Somebody else has taken a part meanwhile: then it is as full.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  };
  return {
    fillAlmost: (pid) => fill(pid, LITTLE),
    fill: (pid) => fill(pid, 0),
    empty: (pid) => {
      truncateSync(filler(pid));
      rmSync(filler(pid));
    },
  };
}

const SURVIVES_THE_BOUND = 'data:text/javascript,process.on("SIGXFSZ", () => undefined)';

const bound = (pid: number, bytes: string) => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

const bounded: Pick<SmallDisk, 'fillAlmost' | 'fill' | 'empty'> = {
  fillAlmost: () => undefined,
  fill: (pid) => bound(pid, '1'),
  empty: (pid) => bound(pid, 'unlimited'),
};
