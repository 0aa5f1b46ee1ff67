// One chat of an agent: its timeline with all that the customer has ever said, and what the agent writes into it.

import { Outbox, type Pending } from '../outbox.ts';
import { Reading } from '../reading.ts';
import type { Anchor } from '../scroll.tsx';
import { Uploads } from '../uploads.ts';
import { CONTENT, Refused, post, transcript, uuid, type Item } from '../wire.ts';
import type { Question } from './question.ts';

export interface Joined {
  ContactId: string;
  InitialContactId: string;
  ParticipantId: string;
  ParticipantToken: string;
  SupportedMessagingContentTypes: string[];
}
export interface Conversing {
  change(): void;
  fresh(one: Conversation, items: Item[]): void;
  keep(one: Conversation): void;
  rejoin(): Promise<Joined>;
}

export class Conversation {
  typing: { name: string; until: number } | null = null;
  unread = 0;
  over = false;
  failed = '';
  /** Where the agent reads; null is at the end. */
  place: Anchor | null = null;
  /** A question with choices that has been begun. */
  question: Question | null = null;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly uploads = new Uploads(
    (path, body) => this.#post(path, body),
    () => this.on.change(),
  );

  #bearer = '';
  #expiry = 0;
  #opening: Promise<void> | null = null;
  #stopped = false;
  #later?: ReturnType<typeof setTimeout>;
  #typed = 0;
  #read = '';

  constructor(
    public joined: Joined,
    public draft: string,
    pending: Pending[],
    readonly on: Conversing,
    /** Nobody is to notice that it is read. */ readonly silent = false,
  ) {
    const change = () => {
      this.on.keep(this);
      this.on.change();
    };
    this.reading = new Reading({
      self: () => this.self,
      change: () => this.on.change(),
      fresh: (items, live) => this.#fresh(items, live),
      read: async (asked) => {
        await this.#valid();
        return transcript(this.#bearer, asked);
      },
    });
    this.outbox = new Outbox(pending, {
      up: () => !this.over && !this.#stopped && this.#bearer !== '',
      bearer: () => this.#bearer,
      signal: () => AbortSignal.timeout(20_000),
      shown: (id) => this.timeline.has(id),
      sync: () => this.reading.sync(),
      change,
      keep: change,
      lost: () => {
        if (this.#stopped) return;
        this.#bearer = ''; // nothing is sent until there are other credentials
        void this.#renew().then(
          () => this.outbox.flush(),
          (error) => this.#fail(error),
        );
      },
    });
    void this.start();
  }

  get contactId() {
    return this.joined.ContactId;
  }
  get self() {
    return this.joined.ParticipantId;
  }
  get markdown() {
    return this.joined.SupportedMessagingContentTypes.includes(CONTENT.markdown);
  }

  /** Whether the customer's page can show questions with choices. */
  get interactive() {
    return this.joined.SupportedMessagingContentTypes.includes(CONTENT.interactive);
  }

  get timeline() {
    return this.reading.timeline;
  }

  /** The socket is gone: what is said meanwhile is read when it is back. */
  away() {
    this.reading.away();
  }

  /** Reads what was missed, as often as that takes. */
  async start() {
    clearTimeout(this.#later);
    try {
      await this.reading.sync();
      this.failed = '';
      void this.outbox.flush();
    } catch (error) {
      this.#fail(error);
    }
    this.on.change();
  }

  /** What passes is tried again, what does not is shown. */
  #fail(error: unknown) {
    clearTimeout(this.#later);
    if (this.#stopped) return;
    if (error instanceof Refused && error.passing) this.#later = setTimeout(() => void this.start(), 2_000);
    this.failed = error instanceof Error ? error.message : String(error);
    this.on.change();
  }

  /** Nobody looks at it any more: nothing is sent or asked again. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#later);
  }

  async #valid() {
    if (!this.#bearer || this.#expiry - Date.now() < 60_000) await this.#renew();
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    await this.#valid();
    return post<T>(path, body, this.#bearer);
  }

  /** Credentials for calls. The items come by the agent's own socket. */
  #renew() {
    this.#opening ??= (async () => {
      const ask = (token: string) =>
        post<{ ConnectionCredentials: { ConnectionToken: string; Expiry: string } }>(
          '/participant/connection',
          { Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: !this.silent },
          token,
        );
      const made = await ask(this.joined.ParticipantToken).catch(async (error) => {
        if (!(error instanceof Refused) || error.status !== 403) throw error;
        this.joined = await this.on.rejoin();
        return ask(this.joined.ParticipantToken);
      });
      this.#bearer = made.ConnectionCredentials.ConnectionToken;
      this.#expiry = Date.parse(made.ConnectionCredentials.Expiry);
    })().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  #fresh(items: Item[], live: boolean) {
    for (const item of items) {
      if (item.ParticipantId === this.self) this.outbox.arrived(item);
      for (const file of item.Attachments ?? []) this.uploads.arrived(file.AttachmentId);
    }
    if (live) this.on.fresh(this, items);
  }

  /** A frame of the agent's socket that belongs to this chat. */
  take(item: Item) {
    if (item.ContentType === CONTENT.typing) {
      if (item.ParticipantId === this.self) return;
      this.typing = { name: item.DisplayName ?? '', until: Date.now() + 12_000 };
      setTimeout(() => {
        if (this.typing && this.typing.until <= Date.now()) {
          this.typing = null;
          this.on.change();
        }
      }, 12_100);
      this.on.change();
      return;
    }
    if (item.Type === 'MESSAGEMETADATA') {
      const receipt = item.MessageMetadata?.Receipts?.[0];
      if (receipt && receipt.RecipientParticipantId !== this.self) this.timeline.receipt(item.MessageMetadata!.MessageId, receipt);
      this.on.change();
      return;
    }
    if (item.ContentType === CONTENT.rehydrated) {
      void this.reading.rehydrated().catch(() => this.start());
      return;
    }
    if (item.Type !== 'MESSAGE' && item.Type !== 'EVENT' && item.Type !== 'ATTACHMENT') return;
    if (item.ParticipantRole === 'CUSTOMER') {
      this.typing = null;
      if (item.Type !== 'EVENT') this.#signal(CONTENT.delivered, item.Id);
    }
    this.reading.push(item);
  }

  #signal(contentType: string, messageId?: string) {
    if (this.silent) return;
    const content = messageId ? { Content: JSON.stringify({ messageId }) } : {};
    this.#post('/participant/event', { ClientToken: uuid(), ContentType: contentType, ...content }).catch(() => {}); // the next one tells as much
  }

  /** The newest message of the customer has been seen. */
  seen() {
    this.unread = 0;
    const last = this.timeline.items.findLast((item) => item.Type !== 'EVENT' && item.ParticipantRole === 'CUSTOMER' && item.ContactId);
    if (!last || last.Id === this.#read || this.over) return;
    this.#read = last.Id;
    this.#signal(CONTENT.read, last.Id);
  }

  write(text: string) {
    this.draft = text;
    this.on.keep(this);
    this.on.change();
    if (!text || this.over || Date.now() - this.#typed < 8_000) return;
    this.#typed = Date.now();
    this.#signal(CONTENT.typing);
  }

  say(content: string, contentType: string) {
    this.draft = '';
    this.#typed = 0;
    this.outbox.add(content, contentType);
  }

  /** Asks with choices, once for each token; what the server has against it is thrown. */
  async ask(Content: string, ClientToken: string) {
    await this.#post('/participant/message', { ClientToken, Content, ContentType: CONTENT.interactive });
    void this.reading.sync().catch(() => this.start()); // the frame may be late, or lost
  }

  attachment(AttachmentId: string) {
    return this.#post<{ Url: string }>('/participant/attachment', { AttachmentId });
  }
}
