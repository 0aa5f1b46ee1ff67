// A chat that is not lost: a transcript without gaps, and messages that are sent until they have arrived.

import { saveTranscript } from './download.ts';
import { Line } from './line.ts';
import { Outbox, type Pending } from './outbox.ts';
import { Previews } from './previews.ts';
import { Reading, type Asked } from './reading.ts';
import { SignIn, type SignInParameters } from './sign-in.ts';
import { Uploads } from './uploads.ts';
import { CONTENT, Refused, endedTranscript, get, post, transcript, uuid, type Item, type Started } from './wire.ts';

export type State = 'connecting' | 'open' | 'away' | 'ended';

const ASIDE = 10_000; // how often somebody who waits asks for their place

export interface Teller {
  change(): void;
  /** Items that have not been there; live ones are news. */
  fresh(items: Item[], live: boolean): void;
  /** What is to be sent has changed. */
  keep(): void;
  /** By what customers can sign in from this page, if they can. */
  signIn(): SignInParameters | undefined;
  /** The customer has been offered to sign in; the page is to know by which state. */
  offered(state: string): void;
  established(): void;
  ended(): void;
}

export class Chat {
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly signIn: SignIn;
  readonly pictures = new Previews(async (id) => (await this.attachment(id)).Url);
  state: State = 'connecting';
  typing: { name: string; until: number } | null = null;
  agent = '';
  /** How many wait before this customer, and they themselves; 0 where that is not known. */
  position = 0;

  #line: Line;
  #typed = 0;
  #read = '';
  #stopped = false;
  #past = false; // it has ended, and what is read of it goes by perch's own calls
  #aside?: ReturnType<typeof setInterval>;

  /** Goes on with a chat, or shows one that has ended. */
  constructor(
    readonly started: Started,
    readonly features: Record<string, boolean>,
    pending: Pending[],
    readonly on: Teller,
    ended = false,
  ) {
    this.reading = new Reading({
      self: () => this.self,
      read: (asked) => this.#page(asked),
      fresh: (items, live) => this.#fresh(items, live),
      change: () => on.change(),
    });
    this.outbox = new Outbox(pending, {
      bearer: () => this.#line.bearer,
      signal: () => this.#line.signal,
      up: () => this.state === 'open',
      shown: (id) => this.timeline.has(id),
      sync: () => this.reading.sync(),
      lost: () => this.#line.drop(),
      change: () => on.change(),
      keep: () => on.keep(),
    });
    this.uploads = new Uploads(
      (path, body) => post(path, body, this.#line.bearer),
      () => on.change(),
    );
    this.signIn = new SignIn({
      parameters: () => on.signIn(),
      items: () => this.timeline.items,
      up: () => this.state === 'open' && !this.#stopped,
      call: (path, body) => post(path, body, this.#line.bearer, this.#line.signal),
      lost: () => this.#line.drop(),
      offered: (state) => on.offered(state),
      change: () => on.change(),
    });
    this.#line = new Line(started.ParticipantToken, {
      item: (item) => this.#take(item),
      up: () => void this.#established(),
      down: () => {
        this.reading.away();
        if (!this.#over) {
          this.state = 'away';
          on.change();
        }
      },
      refused: () => void this.#rest(),
    });
    if (ended) {
      void this.#rest();
      return;
    }
    this.#line.start();
    this.#aside = setInterval(() => void this.#place(), ASIDE);
  }

  get #over() {
    return this.state === 'ended';
  }

  get self() {
    return this.started.ParticipantId;
  }
  get timeline() {
    return this.reading.timeline;
  }

  async #established() {
    try {
      await this.reading.sync();
      if (this.#stopped || this.#over) return;
      this.state = 'open';
      this.on.established();
      this.signIn.look();
      this.on.change();
      void this.outbox.flush();
      void this.#place();
    } catch (error) {
      if (!(error instanceof Refused) || error.passing) this.#line.drop();
      else {
        this.#line.stop();
        void this.#rest();
      }
    }
  }

  /** The chat has ended while nobody listened: what was said to its end is read by perch's own call, as often as that takes. */
  async #rest() {
    this.#past = true;
    let refused = 0; // the first may be of a reading that had begun before the end
    for (let wait = 500; !this.#stopped; wait = Math.min(15_000, wait * 2)) {
      try {
        await this.reading.sync();
        break;
      } catch (error) {
        if (error instanceof Refused && !error.passing && (refused += 1) > 1) break; // not to be read any more
        await new Promise((resolve) => {
          setTimeout(resolve, wait);
        });
      }
    }
    this.#end();
  }

  /** Who has ended is not let in any more, and reads by perch's own call. */
  #page(asked: Asked) {
    return this.#past ? endedTranscript(this.started.ParticipantToken, asked) : transcript(this.#line.bearer, asked, this.#line.signal);
  }

  loadOlder() {
    return this.reading.loadOlder();
  }

  #fresh(items: Item[], live: boolean) {
    for (const item of items) this.#meet(item);
    this.signIn.look();
    this.on.fresh(items, live);
  }

  /** What an item means beyond being shown. */
  #meet(item: Item) {
    if (!item.ContactId) return;
    if (item.ParticipantRole === 'AGENT' && item.ContentType === CONTENT.joined) {
      this.agent = item.DisplayName ?? '';
      this.position = 0;
    }
    if (item.ParticipantRole === 'AGENT' && item.ContentType === CONTENT.left) this.agent = '';
    if (item.ParticipantId === this.self) this.outbox.arrived(item);
    for (const file of item.Attachments ?? []) this.uploads.arrived(file.AttachmentId);
    if (item.ContentType === CONTENT.ended) this.#end();
  }

  #take(item: Item) {
    if (item.ContentType === CONTENT.typing) return this.#writes(item);
    if (item.Type === 'MESSAGEMETADATA') {
      const receipt = item.MessageMetadata?.Receipts?.[0];
      if (receipt && receipt.RecipientParticipantId !== this.self) this.timeline.receipt(item.MessageMetadata!.MessageId, receipt);
      return this.on.change();
    }
    if (item.ContentType === CONTENT.rehydrated) {
      // the past has come after the first page was read
      void this.reading.rehydrated().catch(() => this.#line.drop());
      return undefined;
    }
    if (item.Type !== 'MESSAGE' && item.Type !== 'EVENT' && item.Type !== 'ATTACHMENT') return undefined;
    if (item.ParticipantRole !== 'CUSTOMER') this.typing = null;
    this.reading.push(item);
    if (item.Type !== 'EVENT' && item.ParticipantRole !== 'CUSTOMER') this.#signal(CONTENT.delivered, item.Id);
    return undefined;
  }

  #writes(item: Item) {
    if (item.ParticipantId === this.self) return;
    this.typing = { name: item.DisplayName ?? '', until: Date.now() + 12_000 };
    setTimeout(() => {
      if (this.typing && this.typing.until <= Date.now()) {
        this.typing = null;
        this.on.change();
      }
    }, 12_100);
    this.on.change();
  }

  #signal(contentType: string, messageId?: string) {
    const content = messageId ? { Content: JSON.stringify({ messageId }) } : {};
    post('/participant/event', { ClientToken: uuid(), ContentType: contentType, ...content }, this.#line.bearer).catch(() => {}); // the next one tells as much
  }

  /** Somebody who waits and looks is told how many are before them. */
  async #place() {
    if (this.state !== 'open' || this.agent || document.visibilityState === 'hidden') return;
    const { Position } = await get<{ Position: number }>('/perch/waiting', this.#line.bearer, this.#line.signal).catch(() => ({
      Position: 0,
    }));
    if (Position === this.position || this.agent) return;
    this.position = Position;
    this.on.change();
  }

  /** The newest message has been seen. */
  seen() {
    const last = this.timeline.items.findLast((item) => item.Type !== 'EVENT' && item.ParticipantRole !== 'CUSTOMER' && item.ContactId);
    if (!last || last.Id === this.#read || this.state !== 'open') return;
    this.#read = last.Id;
    this.#signal(CONTENT.read, last.Id);
  }

  writes() {
    if (this.state !== 'open' || Date.now() - this.#typed < 8_000) return;
    this.#typed = Date.now();
    this.#signal(CONTENT.typing);
  }

  say(content: string, contentType: string) {
    this.#typed = 0;
    this.outbox.add(content, contentType);
  }

  attachment(id: string) {
    const [path, bearer] = this.#past
      ? ['/perch/attachment/ended', this.started.ParticipantToken]
      : ['/participant/attachment', this.#line.bearer];
    return post<{ Url: string }>(path, { AttachmentId: id }, bearer);
  }

  async view(token: string) {
    type View = { Name: string; Content: { Actions: string[]; InputSchema: string } };
    return (await get<{ View: View }>(`/participant/views/${encodeURIComponent(token)}`, this.#line.bearer)).View;
  }

  transcript() {
    return this.#past
      ? saveTranscript('/perch/transcript/ended', this.started.ParticipantToken)
      : saveTranscript('/perch/transcript', this.#line.bearer);
  }

  /** What was said before goes before. */
  async leave() {
    await this.outbox.rest(5_000);
    await post('/participant/disconnect', { ClientToken: uuid() }, this.#line.bearer);
  }

  #end() {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.#past = true;
    this.typing = null;
    this.#line.stop();
    clearInterval(this.#aside);
    this.outbox.close();
    this.signIn.close();
    this.on.ended();
    this.on.change();
  }

  stop() {
    this.#stopped = true;
    this.signIn.close();
    this.pictures.drop();
    this.#line.stop();
    clearInterval(this.#aside);
  }
}
