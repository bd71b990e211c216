/**
 * Answers a question once for all who asked before it was sent, which is when this turn of the event loop has taken in
 * its requests. Nobody gets a reply to a question sent before his own.
 */
export class Batched<K, V> {
  private readonly waiting = new Map<K, Promise<V>>();

  constructor(private readonly send: (key: K) => Promise<V>) {}

  get(key: K): Promise<V> {
    let reply = this.waiting.get(key);
    if (!reply) {
      reply = new Promise<V>((resolve, reject) => {
        setImmediate(() => {
          this.waiting.delete(key);
          this.send(key).then(resolve, reject);
        });
      });
      this.waiting.set(key, reply);
    }
    return reply;
  }
}
