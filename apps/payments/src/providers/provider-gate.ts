import { withDeadline } from '@app/async';
import { assertNoTransaction, isUnavailable } from '@app/kernel';
import { providerUnavailable } from './provider.errors.js';

/** Calls at once; further ones are refused. */
const MAX_RUNNING = 40;
/** After this many failures in a row nobody waits for the provider any more, but for one call in a while. */
const MAX_FAILURES = 5;
const PAUSE_MS = 1_000;

/** Bounds what a provider that is dead, frozen or overloaded costs: a few deadlines, and then nothing. */
export class ProviderGate {
  private running = 0;
  private failures = 0;
  private closedUntil = 0;

  /**
   * Runs one call.
   *
   * @throws DomainError `payment-provider-unavailable` after `ms`, or at once while the gate is closed.
   * @throws Error inside a transaction
   */
  async run<T>(call: () => Promise<T>, ms: number): Promise<T> {
    assertNoTransaction('Calling the payment provider');
    const now = performance.now();
    if (this.running >= MAX_RUNNING || now < this.closedUntil) throw providerUnavailable();
    // Whoever passes a gate that was closed is its probe; the others wait for the outcome.
    if (this.failures >= MAX_FAILURES) this.closedUntil = now + PAUSE_MS;
    this.running += 1;
    try {
      const result = await withDeadline(call(), ms, 'The payment provider');
      this.open();
      return result;
    } catch (error) {
      if (!isUnavailable(error)) {
        this.open();
        throw error;
      }
      this.failures += 1;
      if (this.failures >= MAX_FAILURES) this.closedUntil = performance.now() + PAUSE_MS;
      throw error.code === 'payment-provider-unavailable' ? error : providerUnavailable(error);
    } finally {
      this.running -= 1;
    }
  }

  /** It has answered, if only to refuse. */
  private open(): void {
    this.failures = 0;
    this.closedUntil = 0;
  }
}
