import { AsyncLocalStorage } from 'node:async_hooks';

/** The database transaction this asynchronous call chain runs in, if any. libs/database opens it. */
export interface TransactionScope {
  readonly afterCommit: (() => void)[];
}

const storage = new AsyncLocalStorage<TransactionScope | undefined>();

export function currentTransactionScope(): TransactionScope | undefined {
  return storage.getStore();
}

export function runInTransactionScope<T>(scope: TransactionScope, fn: () => Promise<T>): Promise<T> {
  return storage.run(scope, fn);
}

/** Runs work that must not inherit the caller's transaction, such as `afterCommit` callbacks. */
export function runOutsideTransaction<T>(fn: () => T): T {
  return storage.run(undefined, fn);
}

/**
 * Throws inside a transaction. Every remote call begins with it: a row lock held during a network call lets one slow
 * service stop the database.
 */
export function assertNoTransaction(action: string): void {
  if (currentTransactionScope()) {
    throw new Error(
      `${action} inside a database transaction: move the remote call before the transaction or after its commit.`,
    );
  }
}

/** Runs `fn` after the surrounding transaction has committed, outside its scope; never after a rollback. */
export function afterCommit(fn: () => void): void {
  const scope = currentTransactionScope();
  if (!scope) throw new Error('afterCommit needs a surrounding transaction: call it inside Database.transaction.');
  scope.afterCommit.push(fn);
}
