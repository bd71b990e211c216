import { EntryStore, type Taken } from './entry-store.js';

/** For another process than a service that caches in its memory: that service is invalidated through the outbox. */
export class RelayedEntryStore extends EntryStore {
  override readonly shared = true;
  override readonly usable = false;

  override take(): Promise<Taken> {
    return away();
  }

  override renew(): Promise<string | undefined> {
    return away();
  }

  override store(): Promise<boolean> {
    return away();
  }

  override release(): Promise<void> {
    return away();
  }

  override generation(): Promise<string> {
    return away();
  }

  override forget(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override ping(): Promise<void> {
    return away();
  }

  override close(): void {}
}

function away(): Promise<never> {
  return Promise.reject(new Error('Nothing is cached here.'));
}
