// What is kept of a chat: by a tab in the frame's own storage, and between the tabs of a site by word of mouth.

import type { Pending } from './outbox.ts';
import { storage } from './storage.ts';
import type { Started } from './wire.ts';

export interface Kept {
  started: Started;
  features: Record<string, boolean>;
  pending: Pending[];
  /** Whom the site had signed for, as it calls them; empty for nobody. */
  customer: string;
  ended?: boolean;
}

type Said = { ask: true } | { answer: Kept } | { begun: Kept };

export class Keep {
  #name: string;
  #channel: BroadcastChannel;
  #free: (() => void) | null = null;

  /** `open` is this tab's chat while it goes on; `begun` is told of one that another tab has begun. */
  constructor(
    widget: string,
    readonly open: () => Kept | null,
    begun: (kept: Kept) => void,
  ) {
    this.#name = `perch:${widget}`;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }: { data: Said }) => {
      const own = this.open();
      if ('ask' in data && own) this.#tell({ answer: own });
      if ('begun' in data && !own) begun(data.begun);
    };
  }

  // What waits to be sent is this tab's to send.
  #tell(said: { answer: Kept } | { begun: Kept }) {
    this.#channel.postMessage('answer' in said ? { answer: { ...said.answer, pending: [] } } : { begun: { ...said.begun, pending: [] } });
  }

  save(kept: Kept | null) {
    this.#put('', kept);
    this.#hold(!!kept && !kept.ended);
  }

  /** A lock that tabs with an open chat share: while it is held there is somebody to ask, however long their page takes to answer. */
  #hold(open: boolean) {
    if (open === !!this.#free || !navigator.locks) return;
    if (open) {
      const over = new Promise<void>((resolve) => (this.#free = resolve));
      navigator.locks.request(this.#name, { mode: 'shared' }, () => over).catch(() => {});
    } else {
      this.#free?.();
      this.#free = null;
    }
  }

  load(): Kept | null {
    return this.#take('');
  }

  /** Tells the other tabs. */
  begun(kept: Kept) {
    this.#tell({ begun: kept });
  }

  /** What is typed and not sent, in a chat or before one. */
  get draft() {
    return this.#take<string>(':draft') ?? '';
  }
  set draft(text: string) {
    this.#put(':draft', text || null);
  }

  /** The participant token of the last chat that was closed, by which it can be gone on with. */
  get last() {
    return this.#take<Kept>(':last');
  }
  set last(kept: Kept | null) {
    this.#put(':last', kept);
  }

  #put(what: string, value: unknown) {
    try {
      if (value === null) storage.removeItem(this.#name + what);
      else storage.setItem(this.#name + what, JSON.stringify(value));
    } catch {
      /* without storage a reloaded page begins anew */
    }
  }

  #take<T = Kept>(what: string): T | null {
    try {
      return JSON.parse(storage.getItem(this.#name + what) ?? 'null');
    } catch {
      return null;
    }
  }

  /** How long another tab may take to answer, in milliseconds: none, where none has a chat; where the browser does not tell, long enough for a tab at rest. */
  async #patience() {
    try {
      const { held } = await navigator.locks.query();
      return held?.some(({ name }) => name === this.#name) ? 10_000 : 0;
    } catch {
      return 300; // without locks, as in a page without encryption, or without storage
    }
  }

  /** The chat that another tab has open, if one has. */
  async fromOtherTab(): Promise<Kept | null> {
    const patience = await this.#patience();
    if (!patience) return null;
    return new Promise((resolve) => {
      const asking = new BroadcastChannel(this.#name);
      const done = (kept: Kept | null) => {
        asking.close();
        resolve(kept);
      };
      asking.onmessage = ({ data }: { data: Said }) => {
        if ('answer' in data) done(data.answer);
      };
      asking.postMessage({ ask: true });
      setTimeout(() => done(null), patience);
    });
  }
}

/** Whom a site's token is about, as far as the widget needs to know to keep people apart: the server looks at the signature. */
export function customerOf(token: string): string {
  try {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    return String(JSON.parse(atob(part)).customerId ?? '');
  } catch {
    return '';
  }
}
