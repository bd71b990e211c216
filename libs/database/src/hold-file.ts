import Libsql from 'libsql';

/**
 * Holds a file for this process alone, until the returned function is called or the process ends in any way: the system's
 * own locks, as SQLite takes them, which leave nothing behind. Undefined while somebody else holds it.
 */
export function holdFile(path: string): (() => void) | undefined {
  const lock = new Libsql(path, { timeout: 0 });
  try {
    // Nothing is ever written, so there is no journal to leave behind either.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => {
      // Closing alone frees it only when the object is collected.
      lock.exec('ROLLBACK');
      lock.close();
    };
  } catch (error) {
    lock.close();
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}
