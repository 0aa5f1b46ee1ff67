// What a tab keeps of its chat, in the frame's own storage, and what a new tab of the same site is given by another.

import type { Kept } from './chat.ts';

export class Keep {
  #key: string;
  #channel: BroadcastChannel;

  constructor(widget: string, readonly kept: () => Kept | null) {
    this.#key = `perch:${widget}`;
    this.#channel = new BroadcastChannel(this.#key);
    this.#channel.onmessage = ({ data }) => {
      const own = data?.ask === true && this.kept();
      if (own) this.#channel.postMessage({ answer: { ...own, pending: [], draft: '' } }); // what waits to be sent is this tab's to send
    };
  }

  save(kept: Kept | null) {
    try {
      if (kept) sessionStorage.setItem(this.#key, JSON.stringify(kept));
      else sessionStorage.removeItem(this.#key);
    } catch { /* without storage a reloaded page begins anew */ }
  }

  load(): Kept | null {
    try { return JSON.parse(sessionStorage.getItem(this.#key) ?? 'null'); } catch { return null; }
  }

  /** The chat that another tab has open, if one answers at once. */
  fromOtherTab(): Promise<Kept | null> {
    return new Promise((resolve) => {
      const done = (kept: Kept | null) => { asking.close(); resolve(kept); };
      const asking = new BroadcastChannel(this.#key);
      asking.onmessage = ({ data }) => { if (data?.answer) done(data.answer); };
      asking.postMessage({ ask: true });
      setTimeout(() => done(null), 250);
    });
  }
}
