// What the customer has said and the server may not have: sent in order, again and again under the same ClientToken, until it is known to be there.

import { Refused, post, uuid, type Item } from './wire.ts';

export interface Pending {
  clientToken: string;
  content: string;
  contentType: string;
  at: number;
  tried?: boolean; // the server may have it
  failed?: boolean; // the server does not want it
  id?: string; // the server has it
}

/** What was never sent, as text to go on with. */
export const textOf = (pending: Pending[]) =>
  pending
    .filter((each) => /^text\//.test(each.contentType))
    .map((each) => each.content)
    .join('\n');

interface Around {
  bearer(): string;
  signal(): AbortSignal;
  up(): boolean;
  shown(id: string): boolean;
  sync(): Promise<void>;
  lost(): void;
  change(): void;
  keep(): void;
}

export class Outbox {
  pending: Pending[];
  #sending = false;
  #closed = false;
  #empty: (() => void) | null = null;

  constructor(
    pending: Pending[],
    readonly around: Around,
  ) {
    this.pending = pending.filter((each) => !each.id).map((each) => ({ ...each, failed: false }));
  }

  /** What is to be kept for a page that is reloaded. */
  get kept() {
    return this.pending.filter((each) => !each.id);
  }

  /** What is shown below the timeline: what is not in it yet. */
  get shown() {
    return this.pending.filter((each) => !each.id || !this.around.shown(each.id));
  }

  add(content: string, contentType: string) {
    this.pending.push({ clientToken: uuid(), content, contentType, at: Date.now() });
    this.#changed();
    void this.flush();
  }

  retry(token: string) {
    const one = this.pending.find((each) => each.clientToken === token);
    if (one) one.failed = false;
    this.around.change();
    void this.flush();
  }

  discard(token: string) {
    this.pending = this.pending.filter((each) => each.clientToken !== token);
    this.#changed();
  }

  /** An own message is in the log: perhaps the one whose answer never came. */
  arrived(item: Item) {
    if (this.pending.some((each) => each.id === item.Id)) return;
    const first = this.pending.find((each) => !each.failed && !each.id);
    if (first?.tried && first.content === item.Content) first.id = item.Id;
  }

  /** Resolves when all that can be sent has been, or after so many milliseconds. */
  rest(within: number) {
    return new Promise<void>((resolve) => {
      this.#empty = resolve;
      setTimeout(resolve, within);
      this.#tell();
    });
  }

  #tell() {
    if (!this.pending.some((each) => !each.failed && !each.id)) this.#empty?.();
  }

  /** Nothing more can be sent. */
  close() {
    this.#closed = true;
    this.pending = this.kept.map((each) => ({ ...each, failed: true }));
    this.#changed();
  }

  /** Sends what waits, one after the other, so that it arrives in the order in which it was said. */
  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let next; !this.#closed && this.around.up() && (next = this.pending.find((each) => !each.failed));) await this.#send(next);
    } finally {
      this.#sending = false;
    }
  }

  async #send(next: Pending) {
    next.tried = true;
    this.around.keep();
    try {
      next.id ??= (
        await post<{ Id: string }>(
          '/participant/message',
          { ClientToken: next.clientToken, Content: next.content, ContentType: next.contentType },
          this.around.bearer(),
          this.around.signal(),
        )
      ).Id;
      for (let n = 0; n < 2 && !this.around.shown(next.id); n += 1) await this.around.sync(); // the frame may be late, or lost; a reading that was under way may miss it
      this.pending = this.pending.filter((each) => each !== next);
    } catch (error) {
      if (!(error instanceof Refused) || error.passing)
        await new Promise((resolve) => {
          setTimeout(resolve, 1_000 + Math.random() * 500);
        });
      else if (error.status === 403)
        this.around.lost(); // connecting again tells whether the chat has ended
      else next.failed = true;
    }
    this.#changed();
  }

  #changed() {
    this.around.keep();
    this.around.change();
    this.#tell();
  }
}
