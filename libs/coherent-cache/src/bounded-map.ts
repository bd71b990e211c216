/** A Map that drops the least recently used entry once it has more than `limit`. */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly limit: number) {
    super();
  }

  override get(key: K): V | undefined {
    const value = super.get(key);
    if (value !== undefined) this.renew(key, value);
    return value;
  }

  override set(key: K, value: V): this {
    this.renew(key, value);
    if (this.size > this.limit) this.delete(this.keys().next().value as K);
    return this;
  }

  /** A Map keeps insertion order, so the first key is the least recently used. */
  private renew(key: K, value: V): void {
    this.delete(key);
    super.set(key, value);
  }
}
