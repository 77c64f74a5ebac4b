/** The newest `keep` items, oldest first. Trimmed in strides, so that adding stays cheap. */
export class BoundedList<T> {
  private items: T[] = [];

  constructor(private readonly keep: number) {}

  add(item: T): void {
    this.items.push(item);
    if (this.items.length > this.keep * 1.25) this.items = this.items.slice(-this.keep);
  }

  all(): readonly T[] {
    return this.items.length > this.keep ? this.items.slice(-this.keep) : this.items;
  }

  clear(): void {
    this.items = [];
  }
}

/** A map that forgets its oldest keys beyond `keep`. */
export class BoundedMap<T> {
  private readonly items = new Map<string, T>();

  constructor(private readonly keep: number) {}

  get(key: string): T | undefined {
    return this.items.get(key);
  }

  set(key: string, value: T): void {
    this.items.set(key, value);
    if (this.items.size <= this.keep) return;
    for (const oldest of this.items.keys()) {
      this.items.delete(oldest);
      break;
    }
  }

  clear(): void {
    this.items.clear();
  }
}
