// A transcript without gaps: read from its newest item back, with what is pushed meanwhile put behind it.

import { Timeline } from './timeline.ts';
import type { Item, Page } from './wire.ts';

const FIRST = 40; // items that are shown at once
const PAGE = 100;

export interface Asked {
  NextToken?: string;
  MaxResults: number;
}

export interface Source {
  /** The participant whose own messages have receipts to be told of. */
  self(): string;
  /** A page from the newest item back, or from where the token says; its items are in the order of time. */
  read(asked: Asked): Promise<Page>;
  /** Items that have not been there; live ones are news. */
  fresh(items: Item[], live: boolean): void;
  change(): void;
}

export class Reading {
  readonly timeline = new Timeline();
  older: string | undefined;
  loadingOlder = false;
  loaded = false;

  #mark = ''; // the time up to which nothing is missing
  #whole = false; // nothing is missing up to now
  #early: Item[] = []; // what is pushed while the gap before it is being read
  #syncing: Promise<void> | null = null;
  #again = false;
  #anew = false; // a past has come before what has been read

  constructor(readonly source: Source) {}

  /** From now on things happen that are not pushed. */
  away() {
    this.#whole = false;
  }

  /** Reads what was missed. Who asks while that is under way has it read once more, since the reading may be past what they know of. */
  sync(): Promise<void> {
    if (this.#syncing) {
      this.#again = true;
      return this.#syncing;
    }
    this.#syncing = this.#read().finally(() => {
      this.#syncing = null;
      this.#early = [];
    });
    return this.#syncing;
  }

  async #read() {
    do {
      this.#again = false;
      await this.#gap();
    } while (this.#again);
  }

  /** While a gap is read, what is pushed waits, so that nothing is taken for known that lies behind the gap. */
  async #gap() {
    this.#whole = false;
    const first = !this.loaded;
    const anew = this.#anew;
    this.#anew = false;
    const { found, next } = await this.#back(first).catch((error) => {
      this.#anew ||= anew;
      throw error;
    });
    this.loaded = true;
    this.#whole = true;
    if (first || anew) this.older = next;
    this.#add(found, !first && !anew);
    this.#add(this.#early.splice(0), true);
  }

  /** From the newest item back to what is known and will not change, or to the end of the first page. */
  async #back(first: boolean) {
    const from = this.timeline.unsettled(this.source.self(), this.#mark);
    const found: Item[] = [];
    let next: string | undefined;
    do {
      const page = await this.source.read({ MaxResults: first ? FIRST : PAGE, ...(next ? { NextToken: next } : {}) });
      found.unshift(...page.Transcript);
      next = page.NextToken;
    } while (!first && next && (!found[0] || found[0].AbsoluteTime > from));
    return { found, next };
  }

  /** An item that was pushed. */
  push(item: Item) {
    if (this.#whole) this.#add([item], true);
    else this.#early.push(item);
  }

  /** A past was put before the chat, maybe after its first page was read: it is read again for where the past begins. */
  rehydrated(): Promise<void> {
    if (this.older) return Promise.resolve();
    this.#anew = true;
    return this.sync();
  }

  async loadOlder(): Promise<void> {
    if (!this.older || this.loadingOlder) return;
    this.loadingOlder = true;
    this.source.change();
    try {
      const page = await this.source.read({ MaxResults: PAGE, NextToken: this.older });
      this.older = page.NextToken;
      this.#add(page.Transcript, false);
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 1_000);
      }); // whoever is still there asks again
    } finally {
      this.loadingOlder = false;
      this.source.change();
    }
  }

  #add(items: Item[], live: boolean) {
    const fresh = this.timeline.add(items);
    if (this.#whole) for (const item of items) if (item.AbsoluteTime > this.#mark) this.#mark = item.AbsoluteTime;
    if (fresh.length) this.source.fresh(fresh, live);
    this.source.change();
  }
}
