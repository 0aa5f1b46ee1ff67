// A chat that is not lost: one socket, a transcript without gaps, and messages that are sent until they have arrived.

import { CONTENT, Refused, connect, post, transcript, uuid, type Item, type Started } from './wire.ts';
import { Timeline } from './timeline.ts';

export interface Pending { clientToken: string; content: string; contentType: string; at: number; failed?: boolean; id?: string }
export type State = 'connecting' | 'open' | 'away' | 'ended';

export interface Kept { started: Started; features: Record<string, boolean>; pending: Pending[]; draft: string }

const HEARTBEAT = 10_000;
const PAGE = 40;

export class Chat {
  timeline = new Timeline();
  state: State = 'connecting';
  pending: Pending[];
  typing: { name: string; until: number } | null = null;
  older: string | undefined;
  loadingOlder = false;
  agent = '';
  uploads: { id: string; name: string; part: number; failed?: string; refused?: boolean }[] = [];

  #bearer = '';
  #expiry = 0;
  #socket?: WebSocket;
  #beats = 0;
  #timer?: ReturnType<typeof setTimeout>;
  #pulse?: ReturnType<typeof setInterval>;
  #tries = 0;
  #sending = false;
  #typed = 0;
  #read = '';
  #loaded = false;
  #syncing: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(readonly started: Started, readonly features: Record<string, boolean>, pending: Pending[],
    readonly on: { change(): void; fresh(items: Item[], live: boolean): void; keep(): void; established(): void; ended(): void }) {
    this.pending = pending.map((each) => ({ ...each, failed: false }));
    addEventListener('online', this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    void this.#open();
  }

  /** A laptop that wakes, or a network that is back, is not waited for. */
  #wake = () => {
    if (this.#closed || document.visibilityState === 'hidden') return;
    if (this.state === 'away') { this.#tries = 0; this.#later(0); } else if (this.state === 'open') this.#beat();
  };

  get self() { return this.started.ParticipantId; }

  #later(ms: number) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), ms);
  }

  async #open() {
    if (this.#closed) return;
    const old = this.#socket;
    this.#socket = undefined;
    old?.close();
    try {
      const made = await connect(this.started.ParticipantToken);
      if (this.#closed) return;
      this.#bearer = made.ConnectionCredentials.ConnectionToken;
      this.#expiry = Date.parse(made.ConnectionCredentials.Expiry);
      this.#listen(made.Websocket.Url);
    } catch (error) {
      if (error instanceof Refused && !error.passing) return this.#end();
      this.#lost();
    }
  }

  #lost() {
    if (this.#closed) return;
    clearInterval(this.#pulse);
    this.state = 'away';
    this.on.change();
    this.#tries += 1;
    this.#later(Math.min(15_000, 500 * 2 ** Math.min(this.#tries, 6)) * (0.7 + Math.random() * 0.6));
  }

  #listen(url: string) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    const slow = setTimeout(() => socket.close(), 10_000);
    socket.onopen = () => socket.send(JSON.stringify({ topic: 'aws/subscribe', content: { topics: ['aws/chat'] } }));
    socket.onclose = () => {
      clearTimeout(slow);
      if (this.#socket === socket) { this.#socket = undefined; this.#lost(); }
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      const frame = JSON.parse(data);
      if (frame.topic === 'aws/subscribe') {
        clearTimeout(slow);
        this.#tries = 0;
        this.#beats = 0;
        clearInterval(this.#pulse);
        this.#pulse = setInterval(() => this.#beat(), HEARTBEAT);
        void this.#established();
      } else if (frame.topic === 'aws/heartbeat') this.#beats = 0;
      else if (frame.topic === 'aws/chat') this.#take(JSON.parse(frame.content));
    };
  }

  #beat() {
    if (this.#beats > 0) return this.#socket?.close();
    this.#beats += 1;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ topic: 'aws/heartbeat' }));
    if (this.#expiry - Date.now() < 60_000) this.#later(0);
  }

  async #established() {
    try {
      await this.sync();
      if (this.#closed) return;
      this.state = 'open';
      this.on.established();
      this.on.change();
      void this.#flush();
    } catch (error) {
      if (error instanceof Refused && error.status === 403) this.#end();
      else this.#socket?.close();
    }
  }

  /** Reads what was missed: from the newest item back to one that is known. */
  sync(): Promise<void> {
    if (this.#syncing) { this.#again = true; return this.#syncing; }
    this.#syncing = (async () => {
      do {
        this.#again = false;
        await this.#gap();
      } while (this.#again);
    })().finally(() => { this.#syncing = null; });
    return this.#syncing;
  }

  async #gap() {
    const found: Item[] = [];
    let next: string | undefined;
    const first = !this.#loaded;
    for (;;) {
      const page = await transcript(this.#bearer, { MaxResults: first ? PAGE : 100, ...(next ? { NextToken: next } : {}) });
      found.unshift(...page.Transcript);
      next = page.NextToken;
      if (first || !next || page.Transcript.some((item) => this.timeline.has(item.Id))) break;
    }
    this.#loaded = true;
    if (first) this.older = next;
    this.#add(found, !first);
  }

  async loadOlder(): Promise<void> {
    if (!this.older || this.loadingOlder || this.state === 'ended') return;
    this.loadingOlder = true;
    this.on.change();
    try {
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
    for (const item of fresh) this.#meet(item);
    if (fresh.length) this.on.fresh(fresh, live);
    this.on.change();
  }

  /** What an item means beyond being shown. */
  #meet(item: Item) {
    if (!item.ContactId) return;
    if (item.ParticipantRole === 'AGENT' && item.ContentType === CONTENT.joined) this.agent = item.DisplayName ?? '';
    if (item.ParticipantRole === 'AGENT' && item.ContentType === CONTENT.left) this.agent = '';
    if (item.ParticipantId === this.self) {
      const sent = this.pending.find((each) => each.id === item.Id) ?? this.pending.find((each) => !each.id && each.content === item.Content && this.#sending);
      if (sent) sent.id = item.Id;
    }
    if (item.ContentType === CONTENT.ended) this.#end();
  }

  #take(item: Item) {
    if (item.ContentType === CONTENT.typing) {
      if (item.ParticipantId === this.self) return;
      this.typing = { name: item.DisplayName ?? '', until: Date.now() + 12_000 };
      setTimeout(() => { if (this.typing && this.typing.until <= Date.now()) { this.typing = null; this.on.change(); } }, 12_100);
      return this.on.change();
    }
    if (item.Type === 'MESSAGEMETADATA') {
      const receipt = item.MessageMetadata?.Receipts?.[0];
      if (receipt && receipt.RecipientParticipantId !== this.self) this.timeline.receipt(item.MessageMetadata!.MessageId, receipt);
      return this.on.change();
    }
    if (item.ContentType === CONTENT.rehydrated) { // the past has come after the first page was read
      if (this.#loaded && !this.older) { this.#loaded = false; void this.sync().catch(() => {}); }
      return;
    }
    if (item.Type !== 'MESSAGE' && item.Type !== 'EVENT' && item.Type !== 'ATTACHMENT') return;
    if (item.ParticipantRole !== 'CUSTOMER') this.typing = null;
    this.#add([item], true);
    if (item.Type !== 'EVENT' && item.ParticipantRole !== 'CUSTOMER') this.#signal(CONTENT.delivered, item.Id);
  }

  #signal(contentType: string, messageId?: string) {
    const content = messageId ? { Content: JSON.stringify({ messageId }) } : {};
    post('/participant/event', { ClientToken: uuid(), ContentType: contentType, ...content }, this.#bearer).catch(() => {}); // the next one tells as much
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
    this.pending.push({ clientToken: uuid(), content, contentType, at: Date.now() });
    this.#typed = 0;
    this.on.keep();
    this.on.change();
    void this.#flush();
  }

  retry(token: string) {
    const one = this.pending.find((each) => each.clientToken === token);
    if (one) one.failed = false;
    this.on.change();
    void this.#flush();
  }

  discard(token: string) {
    this.pending = this.pending.filter((each) => each.clientToken !== token);
    this.on.keep();
    this.on.change();
  }

  /** Sends what waits, one after the other, each with the ClientToken that it has for good. */
  async #flush() {
    if (this.#sending || this.state !== 'open') return;
    this.#sending = true;
    try {
      for (let next; (next = this.pending.find((each) => !each.failed)) && this.state === 'open';) {
        try {
          const { Id } = await post<{ Id: string }>('/participant/message',
            { ClientToken: next.clientToken, Content: next.content, ContentType: next.contentType }, this.#bearer);
          next.id = Id;
          if (!this.timeline.has(Id)) await this.sync(); // the frame may be late, or lost
          this.pending = this.pending.filter((each) => each !== next);
        } catch (error) {
          if (error instanceof Refused && error.status === 403) { this.#socket?.close(); break; }
          if (!(error instanceof Refused) || error.passing) {
            await new Promise((resolve) => { setTimeout(resolve, 1_000 + Math.random() * 500); });
            continue;
          }
          next.failed = true;
        }
        this.on.keep();
        this.on.change();
      }
    } finally {
      this.#sending = false;
    }
  }

  async upload(file: File) {
    const one = { id: uuid(), name: file.name, part: 0, failed: '', refused: false };
    this.uploads.push(one);
    this.on.change();
    try {
      const made = await post<{ AttachmentId: string; UploadMetadata: { Url: string; HeadersToInclude: Record<string, string> } }>(
        '/participant/start-attachment-upload',
        { AttachmentName: file.name, AttachmentSizeInBytes: file.size, ContentType: file.type || 'application/octet-stream', ClientToken: uuid() }, this.#bearer);
      await put(made.UploadMetadata.Url, made.UploadMetadata.HeadersToInclude, file, (part) => { one.part = part; this.on.change(); });
      await post('/participant/complete-attachment-upload', { AttachmentIds: [made.AttachmentId], ClientToken: uuid() }, this.#bearer);
      this.uploads = this.uploads.filter((each) => each !== one);
    } catch (error) {
      one.refused = error instanceof Refused && !error.passing;
      one.failed = error instanceof Error ? error.message : String(error);
    }
    this.on.change();
  }

  dropUpload(id: string) {
    this.uploads = this.uploads.filter((each) => each.id !== id);
    this.on.change();
  }

  attachment(id: string) { return post<{ Url: string }>('/participant/attachment', { AttachmentId: id }, this.#bearer); }

  async view(token: string) {
    const response = await fetch(`/participant/views/${encodeURIComponent(token)}`, { headers: { 'x-amz-bearer': this.#bearer } });
    if (!response.ok) throw new Refused(response.status, 'the view cannot be read');
    return (await response.json()).View as { Name: string; Content: { Actions: string[]; InputSchema: string } };
  }

  async leave() {
    await post('/participant/disconnect', { ClientToken: uuid() }, this.#bearer);
  }

  #end() {
    if (this.#closed) return;
    this.state = 'ended';
    this.stop();
    this.on.ended();
    this.on.change();
  }

  stop() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#pulse);
    removeEventListener('online', this.#wake);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#socket?.close();
  }
}

function put(url: string, headers: Record<string, string>, file: File, progress: (part: number) => void) {
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`upload: ${request.status}`)));
    request.onerror = () => reject(new Error('upload'));
    request.send(file);
  });
}
