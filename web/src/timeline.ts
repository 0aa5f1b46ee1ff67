// What is shown: every item once, in the order of the log, whatever way and however often it came.

import type { Item, Receipt } from './wire.ts';

const before = (a: Item, b: Item) =>
  a.AbsoluteTime < b.AbsoluteTime ? -1 : a.AbsoluteTime > b.AbsoluteTime ? 1 : a.Id < b.Id ? -1 : a.Id > b.Id ? 1 : 0;
const status = (item: Item) => item.Attachments?.map((file) => file.Status).join();

export class Timeline {
  #known = new Map<string, Item>();
  #receipts = new Map<string, Receipt>();
  #anchor?: Item;
  items: Item[] = [];
  /** Number of the first item: that of the first that was ever shown is 0, older ones are below. */
  first = 0;
  /** Rises when what is known of an item that is shown already changes. */
  revision = 0;

  has(id: string) {
    return this.#known.has(id);
  }

  /** Adds items and returns those that are new. */
  add(items: Item[]): Item[] {
    const fresh: Item[] = [];
    let changed = false;
    for (const item of items) {
      const old = this.#known.get(item.Id);
      const receipt = item.MessageMetadata?.Receipts?.[0];
      if (receipt) this.receipt(item.Id, receipt);
      if (old && status(old) === status(item)) continue;
      if (!old) fresh.push(item);
      else {
        changed = true;
        this.revision += 1;
      }
      this.#known.set(item.Id, item);
    }
    if (fresh.length === 0 && !changed) return fresh;
    fresh.sort(before);
    const [head, last] = [this.items[0], this.items.at(-1)];
    if (!changed && (!last || before(last, fresh[0]) < 0)) this.items = [...this.items, ...fresh];
    else if (!changed && before(fresh.at(-1)!, head) < 0) {
      this.items = [...fresh, ...this.items];
      this.first -= fresh.length;
    } else {
      this.items = [...this.#known.values()].sort(before);
      this.first = -this.items.findIndex((item) => item.Id === this.#anchor!.Id);
    }
    this.#anchor ??= this.items[0];
    return fresh;
  }

  receipt(message: string, receipt: Receipt) {
    this.#receipts.set(message, { ...this.#receipts.get(message), ...receipt });
    this.revision += 1;
  }

  receiptOf(message: string) {
    return this.#receipts.get(message);
  }

  /**
   * The time from which on items may have changed while nobody listened: the mark, or an earlier item of the
   * present chat of which something is still to be told: the own message that has not been read, a file that is being checked.
   */
  unsettled(self: string, mark: string): string {
    const open = this.items.filter(
      (item) => item.ContactId && item.AbsoluteTime < mark && item.Attachments?.some((file) => file.Status === 'IN_PROGRESS'),
    );
    const own = this.items.findLast((item) => item.ContactId && item.Type === 'MESSAGE' && item.ParticipantId === self);
    if (own && !this.receiptOf(own.Id)?.ReadTimestamp) open.push(own);
    return open.reduce((least, item) => (item.AbsoluteTime < least ? item.AbsoluteTime : least), mark);
  }
}
