import { runInTransactionScope } from '@app/kernel';

/** For mutants: a service whose transactions are none, so that every statement stands for itself and locks nothing. */
export function withoutTransactions<T extends object>(service: T): T {
  const transaction = async <R>(work: (tx: undefined) => Promise<R>): Promise<R> => {
    const scope = { afterCommit: [] as (() => void)[] };
    const result = await runInTransactionScope(scope, () => work(undefined));
    for (const after of scope.afterCommit) after();
    return result;
  };
  return Object.create(service, { database: { value: { transaction } } }) as T;
}
