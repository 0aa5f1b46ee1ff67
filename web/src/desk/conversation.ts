// One chat of an agent: its timeline with all that the customer has ever said, and what the agent writes into it.

import { Outbox, type Pending } from '../outbox.ts';
import { Timeline } from '../timeline.ts';
import { CONTENT, Refused, post, transcript, uuid, type Item } from '../wire.ts';

export interface Joined { ContactId: string; InitialContactId: string; ParticipantId: string; ParticipantToken: string; SupportedMessagingContentTypes: string[] }
export interface Conversing { change(): void; fresh(one: Conversation, items: Item[]): void; keep(one: Conversation): void; rejoin(): Promise<Joined> }

export class Conversation {
  timeline = new Timeline();
  older: string | undefined;
  loadingOlder = false;
  loaded = false;
  typing: { name: string; until: number } | null = null;
  unread = 0;
  over = false;
  failed = '';
  scroll: { top: number; bottom: boolean } | null = null;
  uploads: { id: string; name: string; part: number; failed: string }[] = [];
  readonly outbox: Outbox;

  #bearer = '';
  #expiry = 0;
  #opening: Promise<void> | null = null;
  #syncing: Promise<void> | null = null;
  #again = false;
  #typed = 0;
  #read = '';

  constructor(public joined: Joined, public draft: string, pending: Pending[], readonly on: Conversing, /** Nobody is to notice that it is read. */ readonly silent = false) {
    const change = () => { this.on.keep(this); this.on.change(); };
    this.outbox = new Outbox(pending, {
      up: () => !this.over && this.#bearer !== '', bearer: () => this.#bearer, signal: () => AbortSignal.timeout(20_000),
      shown: (id) => this.timeline.has(id), sync: () => this.sync(), change, keep: change,
      lost: () => { void this.#renew().then(() => this.outbox.flush(), () => {}); },
    });
    void this.start();
  }

  get contactId() { return this.joined.ContactId; }
  get self() { return this.joined.ParticipantId; }
  get markdown() { return this.joined.SupportedMessagingContentTypes.includes(CONTENT.markdown); }

  async start() {
    try {
      await this.sync();
      this.failed = '';
      void this.outbox.flush();
    } catch (error) {
      if (error instanceof Refused && error.passing) setTimeout(() => { if (!this.loaded && !this.over) void this.start(); }, 2_000);
      this.failed = error instanceof Error ? error.message : String(error);
    }
    this.on.change();
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    if (this.#expiry - Date.now() < 60_000) await this.#renew();
    return post<T>(path, body, this.#bearer);
  }

  /** Credentials for calls. The items come by the agent's own socket. */
  #renew() {
    this.#opening ??= (async () => {
      const ask = (token: string) => post<{ ConnectionCredentials: { ConnectionToken: string; Expiry: string } }>('/participant/connection',
        { Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: !this.silent }, token);
      const made = await ask(this.joined.ParticipantToken).catch(async (error) => {
        if (!(error instanceof Refused) || error.status !== 403) throw error;
        this.joined = await this.on.rejoin();
        return ask(this.joined.ParticipantToken);
      });
      this.#bearer = made.ConnectionCredentials.ConnectionToken;
      this.#expiry = Date.parse(made.ConnectionCredentials.Expiry);
    })().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  /** Reads what was missed: from the newest item back to one that is known. */
  sync(): Promise<void> {
    if (this.#syncing) { this.#again = true; return this.#syncing; }
    this.#syncing = (async () => {
      do { this.#again = false; await this.#gap(); } while (this.#again);
    })().finally(() => { this.#syncing = null; });
    return this.#syncing;
  }

  async #gap() {
    if (!this.#bearer || this.#expiry - Date.now() < 60_000) await this.#renew();
    const found: Item[] = [];
    const first = !this.loaded;
    for (let next: string | undefined; ;) {
      const page = await transcript(this.#bearer, { MaxResults: 100, ...(next ? { NextToken: next } : {}) });
      found.unshift(...page.Transcript);
      next = page.NextToken;
      if (first) this.older = next;
      if (first || !next || page.Transcript.some((item) => this.timeline.has(item.Id))) break;
    }
    this.loaded = true;
    this.#add(found, !first);
  }

  async loadOlder() {
    if (!this.older || this.loadingOlder) return;
    this.loadingOlder = true;
    this.on.change();
    try {
      if (this.#expiry - Date.now() < 60_000) await this.#renew();
      const page = await transcript(this.#bearer, { MaxResults: 100, NextToken: this.older });
      this.older = page.NextToken;
      this.#add(page.Transcript, false);
    } catch { /* the next scroll asks again */ } finally {
      this.loadingOlder = false;
      this.on.change();
    }
  }

  #add(items: Item[], live: boolean) {
    const fresh = this.timeline.add(items);
    for (const item of fresh) if (item.ParticipantId === this.self) this.outbox.arrived(item);
    if (live && fresh.length) this.on.fresh(this, fresh);
    this.on.change();
  }

  /** A frame of the agent's socket that belongs to this chat. */
  take(item: Item) {
    if (item.ContentType === CONTENT.typing) {
      if (item.ParticipantId === this.self) return;
      this.typing = { name: item.DisplayName ?? '', until: Date.now() + 12_000 };
      setTimeout(() => { if (this.typing && this.typing.until <= Date.now()) { this.typing = null; this.on.change(); } }, 12_100);
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
      if (this.loaded && !this.older) { this.loaded = false; void this.sync().catch(() => {}); }
      return;
    }
    if (item.Type !== 'MESSAGE' && item.Type !== 'EVENT' && item.Type !== 'ATTACHMENT') return;
    if (item.ParticipantRole === 'CUSTOMER') {
      this.typing = null;
      if (item.Type !== 'EVENT') this.#signal(CONTENT.delivered, item.Id);
    }
    this.#add([item], true);
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

  async upload(file: File) {
    const one = { id: uuid(), name: file.name, part: 0, failed: '' };
    this.uploads.push(one);
    this.on.change();
    try {
      const made = await this.#post<{ AttachmentId: string; UploadMetadata: { Url: string; HeadersToInclude: Record<string, string> } }>('/participant/start-attachment-upload',
        { AttachmentName: file.name, AttachmentSizeInBytes: file.size, ContentType: file.type || 'application/octet-stream', ClientToken: uuid() });
      const headers = Object.fromEntries(Object.entries(made.UploadMetadata.HeadersToInclude).filter(([name]) => name.toLowerCase() !== 'content-length'));
      const put = await fetch(made.UploadMetadata.Url, { method: 'PUT', headers, body: file });
      if (!put.ok) throw new Refused(put.status, `upload: ${put.status}`);
      await this.#post('/participant/complete-attachment-upload', { AttachmentIds: [made.AttachmentId], ClientToken: uuid() });
      this.uploads = this.uploads.filter((each) => each !== one);
    } catch (error) {
      one.failed = error instanceof Error ? error.message : String(error);
    }
    this.on.change();
  }

  attachment(AttachmentId: string) { return this.#post<{ Url: string }>('/participant/attachment', { AttachmentId }); }
}
