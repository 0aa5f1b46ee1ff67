// The frame's side of the talk with the page. Only the window around the frame is heard, and only on a domain of the widget.

import { isLabelled, labelled, type ToFrame, type ToPage } from './protocol.ts';

export class Bridge {
  #origin = '';
  #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 0;

  constructor(
    readonly domains: string[],
    hear: (message: ToFrame) => void,
  ) {
    window.addEventListener('message', (event) => {
      if (event.source !== window.parent || !isLabelled(event.data)) return;
      if (!domains.includes('*') && !domains.includes(event.origin)) return;
      if (this.#origin && event.origin !== this.#origin) return;
      this.#origin = event.origin;
      const message = event.data as unknown as ToFrame;
      if (message.type !== 'answer') return hear(message);
      const waiting = this.#asked.get(message.id);
      this.#asked.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.value);
    });
    window.parent.postMessage(labelled({ type: 'ready' }), '*'); // says nothing but that it is there
  }

  /** The origin of the page, once it has spoken. */
  get page() {
    return this.#origin;
  }

  tell(message: ToPage) {
    if (this.#origin) window.parent.postMessage(labelled(message), this.#origin);
  }

  ask(what: 'token' | 'start'): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.tell({ type: 'ask', id, what });
    });
  }
}
