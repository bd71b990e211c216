import Libsql from 'libsql';

/**
 * Locks a file for this process until the returned function is called or the process ends in any way. It uses SQLite's
 * system locks, which leave nothing behind. Returns undefined while somebody else holds the lock.
 */
export function holdFile(path: string): (() => void) | undefined {
  const lock = new Libsql(path, { timeout: 0 });
  try {
    // Nothing is ever written, so no journal file is needed.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => {
      // Closing alone releases the lock only at garbage collection.
      lock.exec('ROLLBACK');
      lock.close();
    };
  } catch (error) {
    lock.close();
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}
