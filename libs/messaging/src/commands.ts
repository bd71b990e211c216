import { backoff, sleep } from '@app/async';
import { assertNoTransaction, currentContext, DomainError, runWithContext } from '@app/kernel';
import type { ClientProxy } from '@nestjs/microservices';
import { commandMetadata } from './command-packet.js';

export interface AskOptions {
  /** Default 3000; never beyond the deadline of the current request. */
  timeoutMs?: number;
  /** The command may be repeated: a transport failure is retried once while time is left. */
  idempotent?: boolean;
}

/** Calls another service and awaits its reply. */
export class Commands {
  /** `patterns` are those that may be asked; default any. */
  constructor(
    private readonly client: ClientProxy,
    private readonly patterns?: readonly string[],
  ) {
    client.setOnDispatchHook((packet) => {
      packet.metadata = commandMetadata();
    });
  }

  /** @throws DomainError from the other service, or `service-unavailable` if it is down or does not reply in time. */
  async ask<T>(pattern: string, payload: object, options: AskOptions = {}): Promise<T> {
    assertNoTransaction(`Asking ${pattern}`);
    if (this.patterns?.includes(pattern) === false)
      throw new Error(`Name ${pattern} among what the manifest of this service asks.`);
    const context = currentContext();
    const deadline = Math.min(performance.now() + (options.timeoutMs ?? 3_000), context.deadline ?? Infinity);
    return runWithContext({ ...context, deadline }, async () => {
      try {
        return await this.attempt<T>(pattern, payload, deadline);
      } catch (error) {
        const remote = remoteError(error);
        if (remote) throw remote;
        const pause = backoff(0, { base: 100, max: 100 });
        if (!options.idempotent || performance.now() + pause >= deadline) throw unavailable(pattern, error);
        await sleep(pause);
      }
      return this.attempt<T>(pattern, payload, deadline).catch((error: unknown) => {
        throw remoteError(error) ?? unavailable(pattern, error);
      });
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private attempt<T>(pattern: string, payload: object, deadline: number): Promise<T> {
    const left = deadline - performance.now();
    if (left <= 0) return Promise.reject(new Error('The deadline has passed.'));
    return new Promise((resolve, reject) => {
      let answer: T | undefined;
      const timer = setTimeout(() => {
        question.unsubscribe();
        reject(new Error('The answer did not come in time.'));
      }, left);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        settle();
      };
      const question = this.client.send<T>(pattern, payload).subscribe({
        next: (value) => (answer = value),
        error: (error: Error) => end(() => reject(error)),
        complete: () => end(() => resolve(answer as T)),
      });
    });
  }
}

/** The domain error that the other service returned; undefined for a failure of the transport. */
function remoteError(error: unknown): DomainError | undefined {
  return DomainError.fromPayload(error instanceof DomainError ? undefined : error);
}

function unavailable(pattern: string, cause: unknown): DomainError {
  return new DomainError('service-unavailable', `${pattern} was not answered. Try again later.`, { cause });
}
