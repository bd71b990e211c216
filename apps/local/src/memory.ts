const VARIABLE = 'MALLOC_MMAP_THRESHOLD_';
const ONE_MIB = '1048576';

/**
 * Restarts this process with a fixed size from which glibc returns freed blocks. By default glibc raises that threshold
 * to the size of freed blocks, and then keeps argon2's 19 MiB blocks per thread for ever.
 */
export function giveFreedMemoryBack(): void {
  // eslint-disable-next-line no-restricted-properties -- libc reads this variable before anything can load libs/config
  const { env } = process;
  if (process.platform !== 'linux' || env[VARIABLE] !== undefined || typeof process.execve !== 'function') return;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...env,
    [VARIABLE]: ONE_MIB,
  });
}
