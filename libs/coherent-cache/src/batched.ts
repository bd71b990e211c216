/**
 * Merges equal queries of one turn of the event loop into one, sent after the turn. A caller never gets the reply to a
 * query that was sent before its own call.
 */
export class Batched<K, V> {
  private waiting = new Map<K, { reply: Promise<V>; send: () => void }>();

  constructor(
    private readonly ask: (key: K) => Promise<V>,
    /** Calls `sendAll` after the turn. */
    private readonly afterTurn: (sendAll: () => void) => void,
  ) {}

  get(key: K): Promise<V> {
    const present = this.waiting.get(key);
    if (present) return present.reply;
    if (this.waiting.size === 0) this.afterTurn(() => this.sendAll());
    const { promise: reply, resolve, reject } = Promise.withResolvers<V>();
    this.waiting.set(key, { reply, send: () => void this.ask(key).then(resolve, reject) });
    return reply;
  }

  private sendAll(): void {
    const asked = this.waiting;
    this.waiting = new Map();
    for (const { send } of asked.values()) send();
  }
}
