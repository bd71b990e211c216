import { DomainError, networkOf } from '@app/kernel';

/** Per address (an IPv6 client is its /64). Nearly every body arrives with its head and is not counted. */
const MAX_PER_ADDRESS = 32;
const MAX_BODIES = 1_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** A body that is still arriving. */
export interface ArrivingBody {
  /** Counts received bytes; returns `overloaded` when all arriving bodies together exceed the limit. */
  hold(bytes: number): DomainError | undefined;
  /** Call it once the body is complete or given up. */
  leave(): void;
}

/** Limits the bodies that are still arriving, so that slow senders cost other clients nothing. */
export class BodyRoom {
  private readonly byAddress = new Map<string, number>();
  private bodies = 0;
  private bytes = 0;

  /** @throws DomainError `too-many-requests` for one address, `overloaded` for all together. */
  enter(address: string): ArrivingBody {
    const network = networkOf(address);
    const arriving = this.byAddress.get(network) ?? 0;
    if (arriving >= MAX_PER_ADDRESS) {
      const sentence = `Your address is sending ${MAX_PER_ADDRESS} bodies at the same time. Finish them before you send more.`;
      throw new DomainError('too-many-requests', sentence, { retryAfter: 1 });
    }
    if (this.bodies >= MAX_BODIES) throw tooManyBodies();
    this.byAddress.set(network, arriving + 1);
    this.bodies++;
    let held = 0;
    return {
      hold: (bytes) => {
        held += bytes;
        this.bytes += bytes;
        return this.bytes > MAX_BYTES ? tooManyBodies() : undefined;
      },
      leave: () => {
        this.bytes -= held;
        this.bodies--;
        const remaining = (this.byAddress.get(network) ?? 1) - 1;
        if (remaining > 0) this.byAddress.set(network, remaining);
        else this.byAddress.delete(network);
      },
    };
  }
}

function tooManyBodies(): DomainError {
  return new DomainError('overloaded', 'Too many bodies are arriving at once. Try again in a moment.', {
    retryAfter: 1,
  });
}
