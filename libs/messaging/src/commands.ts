import { assertNoTransaction, backoff, currentContext, DomainError, runWithContext, sleep } from '@app/kernel';
import type { ClientProxy } from '@nestjs/microservices';
import { lastValueFrom, timeout } from 'rxjs';
import { commandMetadata } from './command-packet.js';

export interface AskOptions {
  /** Default 3000; never beyond the deadline of the request this question serves. */
  timeoutMs?: number;
  /** The answering side bears a repetition: a transport failure is retried once while time is left. */
  idempotent?: boolean;
}

/** Asks another service and awaits its answer. */
export class Commands {
  constructor(private readonly client: ClientProxy) {
    client.setOnDispatchHook((packet) => {
      packet.metadata = commandMetadata();
    });
  }

  /**
   * @throws DomainError the one the other service threw, or `service-unavailable` when it cannot be reached or does
   * not answer in time.
   */
  async ask<T>(pattern: string, payload: object, options: AskOptions = {}): Promise<T> {
    assertNoTransaction(`Asking ${pattern}`);
    const context = currentContext();
    const deadline = Math.min(Date.now() + (options.timeoutMs ?? 3_000), context.deadline ?? Infinity);
    return runWithContext({ ...context, deadline }, async () => {
      try {
        return await this.attempt<T>(pattern, payload, deadline);
      } catch (error) {
        const told = toldError(error);
        if (told) throw told;
        const pause = backoff(0, { base: 100, max: 100 });
        if (!options.idempotent || Date.now() + pause >= deadline) throw unavailable(pattern, error);
        await sleep(pause);
      }
      return this.attempt<T>(pattern, payload, deadline).catch((error: unknown) => {
        throw toldError(error) ?? unavailable(pattern, error);
      });
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async attempt<T>(pattern: string, payload: object, deadline: number): Promise<T> {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error('The deadline has passed.');
    return lastValueFrom(this.client.send<T>(pattern, payload).pipe(timeout(left)), { defaultValue: undefined as T });
  }
}

/** The error the other side told; a transport's own failure is none. */
function toldError(error: unknown): DomainError | undefined {
  return DomainError.fromPayload(error instanceof DomainError ? undefined : error);
}

function unavailable(pattern: string, cause: unknown): DomainError {
  return new DomainError('service-unavailable', `${pattern} was not answered. Try again later.`, { cause });
}
