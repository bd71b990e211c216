const VARIABLE = 'MALLOC_MMAP_THRESHOLD_';
const ONE_MIB = '1048576';

/**
 * Starts this very process again with a fixed threshold from which glibc gives freed blocks back. Left to itself glibc
 * raises it to the size of what was freed, and then keeps argon2's 19 MiB blocks once per thread, for good.
 */
export function giveFreedMemoryBack(): void {
  // eslint-disable-next-line no-restricted-properties -- no setting of ours: libc reads it, before anything can load libs/config
  const { env } = process;
  if (process.platform !== 'linux' || env[VARIABLE] !== undefined || typeof process.execve !== 'function') return;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...env,
    [VARIABLE]: ONE_MIB,
  });
}
