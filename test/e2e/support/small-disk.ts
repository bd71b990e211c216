import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';

/** The space that `fillAlmost` leaves: enough for a moment's writes. */
const LITTLE = 256 * 1024;

/** A disk for one process that a test can fill and empty. */
export interface SmallDisk {
  /** The program, with arguments, that starts the process on the disk. */
  through: readonly string[];
  /** Modules that the process runs first. */
  imports: readonly string[];
  /** Leaves little room, if the disk has a size. */
  fillAlmost(pid: number): void;
  fill(pid: number): void;
  empty(pid: number): void;
}

/**
 * A small file system over `folder`, in the process's own namespace. Without the right to mount one, the kernel's limit
 * on the file size: then files can neither grow nor be overwritten.
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
      // Another process has used the space, so the disk is full, too.
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
