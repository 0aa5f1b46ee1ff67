// What is shown: every item once, in the order of the log, whatever way and however often it came.

import type { Item, Receipt } from './wire.ts';

const before = (a: Item, b: Item) => (a.AbsoluteTime < b.AbsoluteTime ? -1 : a.AbsoluteTime > b.AbsoluteTime ? 1 : a.Id < b.Id ? -1 : a.Id > b.Id ? 1 : 0);

export class Timeline {
  #known = new Map<string, Item>();
  #receipts = new Map<string, Receipt>();
  #anchor?: Item;
  items: Item[] = [];
  /** Number of the first item: that of the first that was ever shown is 0, older ones are below. */
  first = 0;

  has(id: string) { return this.#known.has(id); }

  /** Adds items and returns those that are new. */
  add(items: Item[]): Item[] {
    const fresh: Item[] = [];
    for (const item of items) {
      const old = this.#known.get(item.Id);
      const receipt = item.MessageMetadata?.Receipts?.[0];
      if (receipt) this.receipt(item.Id, receipt);
      if (old && (old.Attachments?.[0]?.Status === item.Attachments?.[0]?.Status)) continue;
      if (!old) fresh.push(item);
      this.#known.set(item.Id, item);
    }
    if (items.length === 0) return fresh;
    const last = this.items.at(-1);
    if (fresh.length === 1 && this.#known.size === this.items.length + 1 && (!last || before(last, fresh[0]) < 0)) this.items = [...this.items, fresh[0]];
    else this.items = [...this.#known.values()].sort(before);
    this.#anchor ??= this.items[0];
    this.first = this.#anchor ? -this.items.findIndex((item) => item.Id === this.#anchor!.Id) : 0;
    return fresh;
  }

  receipt(message: string, receipt: Receipt) {
    this.#receipts.set(message, { ...this.#receipts.get(message), ...receipt });
  }

  receiptOf(message: string) { return this.#receipts.get(message); }
}
