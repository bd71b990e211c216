import { runOutsideTransaction, type TransactionScope } from '@app/kernel';
import { Logger } from '@nestjs/common';

const logger = new Logger('Database');

/** Runs the `afterCommit` callbacks of a transaction that has been committed. */
export function runAfterCommit({ afterCommit }: TransactionScope): void {
  for (const work of afterCommit) {
    try {
      runOutsideTransaction(work);
    } catch (error) {
      // The transaction is committed, so its caller must not see this error.
      logger.error(error);
    }
  }
}
