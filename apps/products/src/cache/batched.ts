/**
 * Answers a question once for all who asked before it was sent, which is when this turn of the event loop has taken in
 * its requests. Nobody gets a reply to a question sent before his own.
 */
export class Batched<K, V> {
  private waiting = new Map<K, { reply: Promise<V>; send: () => void }>();

  constructor(
    private readonly ask: (key: K) => Promise<V>,
    /** Calls what sends the questions once the turn has ended. */
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
