// The state of a desk: who works at it, what there is to do, and the chats that are open.

import { Refused, uuid, type Item } from '../wire.ts';
import type { Reply } from './composer.tsx';
import { Conversation, type Joined } from './conversation.ts';
import { Drafts } from './keep.ts';
import type { Session } from './session.ts';
import { AgentSocket, type Monitor, type Row, type Status, type Work } from './socket.ts';

export interface QuickConnect {
  Id: string;
  Name: string;
  Type: 'USER' | 'QUEUE';
  Username?: string;
  QueueId?: string;
}
export interface Me {
  Status: Status;
  Statuses: { Name: string; Type: Status['Type'] }[];
  RoutingProfile: { Id: string; Name: string; ChatConcurrency: number; Queues: { Id: string; Name: string }[] };
  QuickConnects: QuickConnect[];
}
/** A contact's record. */
export interface ContactRecord {
  ContactId: string;
  InitialContactId: string;
  PreviousContactId?: string;
  RelatedContactId?: string;
  InitiationMethod: string;
  InitiationTimestamp: string;
  ConnectedToAgentTimestamp?: string;
  DisconnectTimestamp?: string;
  DisconnectReason?: string;
  Queue?: { Id: string; Name?: string };
  Agent?: { Id: string; DisplayName?: string };
  CustomerDisplayName: string;
  CustomerId?: string;
  CustomerVerified: boolean;
  Tags: { [name: string]: string };
  Disposition?: { Code?: string; Text?: string };
  /** The chain leaves it out: nobody sees it in the present chat. */
  Dropped?: boolean;
}
export interface Link {
  ContactId: string;
  InitialContactId: string;
  RehydrationType: string;
  Depth: number;
}
export interface Chained {
  InitialContactId: string;
  StartTimestamp: string;
  EndTimestamp?: string;
  Continues?: Link;
  Contacts: ContactRecord[];
}
export interface Disposition {
  Id: string;
  Code: string;
  Description: string;
}
export interface Note {
  ContactId: string;
  Number: number;
  Author: { Id: string; DisplayName: string };
  Timestamp: string;
  Text: string;
}

export interface Alert {
  kind: 'offer' | 'message';
  row: Row;
  text: string;
}

/** How long after its end a chat is waited for, in milliseconds; whoever looks again later asks again. */
const FOUND_WITHIN = 60_000;

/** Stands for a list that has not been read yet. */
export const UNREAD: never[] = [];

export class Desk {
  me: Me | null = null;
  status: Status = { Name: 'Offline', Type: 'OFFLINE' };
  rows: Row[] = [];
  chats = new Map<string, Conversation>();
  monitors: Monitor[] = [];
  /** Chats of others that this supervisor watches. */
  watched = new Map<string, Conversation>();
  selected = '';
  online = false;
  ready = false;
  notice = '';
  asking: 'transfer' | 'end' | 'question' | null = null;
  /** Rises with what becomes known of contacts. */
  learned = 0;
  readonly drafts: Drafts;
  #socket: AgentSocket;
  #version = -1;
  #joining = new Map<string, Promise<void>>();
  #records = new Map<string, ContactRecord | null>();
  #chains = new Map<string, Chained[]>();
  #others = new Map<string, Chained[]>();
  #replies = new Map<string, Reply[]>();
  #notes = new Map<string, Note[]>();
  #listeners = new Map<string, (content: unknown) => void>();
  /** When chats of this desk ended that the history has not shown yet. */
  #ended = new Map<string, number>();
  dispositions: Disposition[] = [];

  constructor(
    readonly session: Session,
    /** Shows what has changed with the next frame; or at once, where the next key is meant for what is shown then. */
    readonly change: (atOnce?: boolean) => void,
    readonly alert: (alert: Alert) => void,
  ) {
    this.drafts = new Drafts(session.user.Id);
    this.#socket = new AgentSocket(session, {
      work: (frame) => this.#work(frame),
      item: (item) => this.#item(item),
      topic: (name, content) => this.#listeners.get(name)?.(content),
      open: () => {
        this.online = true;
        for (const chat of this.#open()) void chat.start();
        this.change();
      },
      away: () => {
        this.online = false;
        for (const chat of this.#open()) chat.away();
        this.change();
      },
    });
    void this.#load();
  }

  async #load() {
    try {
      this.me = await this.session.call<Me>('GET', '/agent/me');
      this.#work(await this.session.call<Work>('GET', '/agent/contacts'));
      this.dispositions = (await this.session.call<{ Dispositions: Disposition[] }>('GET', '/agent/dispositions')).Dispositions;
    } catch (error) {
      if (error instanceof Refused && error.passing) setTimeout(() => void this.#load(), 2_000);
    }
    this.change();
  }

  /** The newest word on what there is to do; what is older than what is known is late. */
  #work(frame: Work) {
    if (frame.Version < this.#version) return;
    this.#version = frame.Version;
    const known = new Map(this.rows.map((row) => [row.ContactId, row]));
    this.status = frame.Status;
    this.rows = frame.Contacts;
    this.monitors = frame.Monitors ?? [];
    for (const [id, chat] of this.watched)
      if (!this.monitors.some((each) => each.ContactId === id)) {
        chat.stop();
        this.watched.delete(id);
      }
    for (const { ContactId } of this.monitors)
      this.#persist(
        () => this.#look(ContactId, 'monitor'),
        () => this.monitors.some((each) => each.ContactId === ContactId),
      );
    for (const row of this.rows) {
      const before = known.get(row.ContactId)?.State;
      if (row.State === 'INCOMING' && before !== 'INCOMING') this.alert({ kind: 'offer', row, text: '' });
      if (row.State === 'CONNECTED')
        this.#persist(
          () => this.#join(row.ContactId),
          () => this.row(row.ContactId)?.State === 'CONNECTED',
        );
      const chat = this.chats.get(row.ContactId);
      if (chat && row.State !== 'CONNECTED') chat.over = true;
      if (before && before !== row.State) {
        this.#chains.delete(row.ContactId);
        this.#records.delete(row.ContactId);
      }
    }
    const there = new Set(this.rows.map((row) => row.ContactId));
    for (const [id, chat] of this.chats)
      if (!there.has(id)) {
        chat.stop();
        this.chats.delete(id);
      }
    for (const row of known.values())
      if (row.State === 'CONNECTED' && this.row(row.ContactId)?.State !== 'CONNECTED') this.#ended.set(row.ContactId, Date.now());
    this.drafts.only(there);
    if (!there.has(this.selected)) this.selected = this.#next();
    if (this.row(this.selected)?.State !== 'CONNECTED') this.asking = null;
    this.ready = true;
    this.change();
  }

  /** What the agent is asked about the chat that is selected, by a button, a key or a command. */
  ask(what: 'transfer' | 'end' | 'question' | null) {
    if (this.asking === what) return;
    this.asking = what;
    this.change(true);
  }

  /** Whether a chat that has just ended here is not among these yet: it can be found a moment after its end. */
  awaits(found: string[]) {
    for (const [id, at] of this.#ended) if (found.includes(id) || Date.now() - at > FOUND_WITHIN) this.#ended.delete(id);
    return this.#ended.size > 0;
  }

  #open() {
    return [...this.chats.values(), ...this.watched.values()];
  }

  #next() {
    return this.rows.find((row) => row.State === 'CONNECTED')?.ContactId ?? this.rows[0]?.ContactId ?? '';
  }

  #item(item: Item) {
    for (const chat of this.#open()) {
      if (item.ContactId === chat.contactId || (item.InitialContactId === chat.joined.InitialContactId && !chat.over)) chat.take(item);
    }
  }

  /** Does what passing trouble keeps from being done a little later, if it is wanted still. What is refused is over, as the next frame says. */
  #persist(what: () => Promise<void>, wanted: () => boolean) {
    what().catch((error) => {
      if (error instanceof Refused && error.passing) setTimeout(() => wanted() && this.#persist(what, wanted), 2_000);
    });
  }

  /** Joins a chat that is this agent's: once, whoever asks. */
  #join(contactId: string): Promise<void> {
    if (this.chats.has(contactId)) return Promise.resolve();
    let joining = this.#joining.get(contactId);
    if (!joining) {
      joining = this.#accepted(contactId)
        .then((joined) => {
          const kept = this.drafts.load(contactId);
          this.chats.set(
            contactId,
            new Conversation(joined, kept.draft, kept.pending, {
              change: this.change,
              keep: (one) => this.drafts.save(contactId, { draft: one.draft, pending: one.outbox.kept }),
              fresh: (one, items) => this.#fresh(one, items),
              rejoin: () => this.#accepted(contactId),
            }),
          );
          this.change();
        })
        .finally(() => this.#joining.delete(contactId));
      this.#joining.set(contactId, joining);
    }
    return joining;
  }

  #accepted(contactId: string) {
    return this.session.call<Joined>('POST', `/agent/contacts/${contactId}/accept`, {});
  }

  /** Watches a contact of somebody else, or speaks in it. */
  async #look(contactId: string, verb: 'monitor' | 'barge') {
    if (verb === 'monitor' && this.watched.has(contactId)) return;
    const ask = () => this.session.call<Joined>('POST', `/agent/contacts/${contactId}/${verb}`, {});
    const joined = await ask();
    const before = this.watched.get(contactId);
    if (before && verb === 'monitor') return;
    before?.stop();
    this.watched.set(
      contactId,
      new Conversation(joined, '', [], { change: this.change, keep: () => {}, fresh: () => {}, rejoin: ask }, verb === 'monitor'),
    );
    this.change();
  }

  watch(contactId: string) {
    return this.act(() => this.#look(contactId, 'monitor'));
  }
  barge(contactId: string) {
    return this.act(() => this.#look(contactId, 'barge'));
  }
  stopWatching(contactId: string) {
    return this.#verb(contactId, 'leave');
  }
  whisper(contactId: string, Content: string) {
    return this.#verb(contactId, 'whisper', { Content, ClientToken: uuid() });
  }
  reassign(contactId: string, to: object) {
    return this.#verb(contactId, 'reassign', to);
  }

  #fresh(chat: Conversation, items: Item[]) {
    const theirs = items.filter((item) => item.Type !== 'EVENT' && item.ParticipantRole === 'CUSTOMER');
    if (theirs.length === 0) return;
    if (this.selected === chat.contactId && document.visibilityState === 'visible') return;
    chat.unread += theirs.length;
    const row = this.row(chat.contactId);
    if (row) this.alert({ kind: 'message', row, text: theirs.at(-1)!.Content ?? '' });
  }

  row(contactId: string) {
    return this.rows.find((row) => row.ContactId === contactId);
  }

  get unread() {
    const offers = this.rows.filter((row) => row.State === 'INCOMING').length;
    return [...this.chats.values()].reduce((n, chat) => n + chat.unread, offers);
  }

  select(contactId: string) {
    if (this.selected !== contactId) this.asking = null;
    this.selected = contactId;
    const chat = this.chats.get(contactId);
    if (chat && document.visibilityState === 'visible') chat.seen();
    this.change(true);
  }

  /** Runs what the agent asked for; what it says against it is shown. */
  async act(what: () => Promise<unknown>) {
    this.notice = '';
    try {
      await what();
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
    }
    this.change();
  }

  setStatus(name: string, later = false) {
    return this.act(() => this.session.call('PUT', '/agent/status', later ? { NextStatus: name } : { Status: name }));
  }

  accept(contactId: string) {
    return this.act(async () => {
      await this.#join(contactId);
      this.select(contactId);
    });
  }

  #verb(contactId: string, verb: string, body: object = {}) {
    return this.act(() => this.session.call('POST', `/agent/contacts/${contactId}/${verb}`, body));
  }

  reject(contactId: string) {
    return this.#verb(contactId, 'reject');
  }
  end(contactId: string) {
    return this.#part(contactId, 'end');
  }
  clear(contactId: string) {
    return this.#verb(contactId, 'clear');
  }
  transfer(contactId: string, to: { QuickConnectId: string } | { QueueId: string } | { UserId: string }) {
    return this.#part(contactId, 'transfer', to);
  }

  /** Leaves a chat, after what has been said in it. */
  async #part(contactId: string, verb: string, body?: object) {
    await this.chats.get(contactId)?.outbox.rest(5_000);
    return this.#verb(contactId, verb, body);
  }

  /** A contact's record, from the chain of the contact that is looked at where it is in that; read when it is first asked for. */
  record(id: string, seenFrom: string): ContactRecord | undefined {
    const known = this.#records.get(id);
    if (known !== undefined) return known ?? undefined;
    const chain = this.chain(seenFrom);
    if (chain.length === 0 && id !== seenFrom) return undefined; // it is on its way
    const found = chain.flatMap((chat) => chat.Contacts).find((each) => each.ContactId === id);
    if (found) return found;
    this.#records.set(id, null);
    void this.describe(id);
    return undefined;
  }

  async describe(id: string) {
    try {
      this.#records.set(id, (await this.session.call<{ Contact: ContactRecord }>('GET', `/agent/contacts/${id}`)).Contact);
      this.learned += 1;
      this.change();
    } catch (error) {
      if (error instanceof Refused && error.passing) this.#records.delete(id);
    }
  }

  /** The chat of a contact and those that it continues, newest first. */
  chain(id: string): Chained[] {
    return this.#once(
      this.#chains,
      id,
      async () => (await this.session.call<{ Chats: Chained[] }>('GET', `/agent/contacts/${id}/chain`)).Chats,
    );
  }

  /** Other chats of a contact's customer, newest first. */
  others(id: string): Chained[] {
    return this.#once(
      this.#others,
      id,
      async () => (await this.session.call<{ Chats: Chained[] }>('GET', `/agent/contacts/${id}/customer`)).Chats,
    );
  }

  /** What is read once and kept for the contact, empty until it is there. */
  #once<T>(kept: Map<string, T[]>, id: string, read: () => Promise<T[]>): T[] {
    const known = kept.get(id);
    if (known) return known;
    kept.set(id, UNREAD);
    void read().then(
      (found) => {
        kept.set(id, found);
        this.learned += 1;
        this.change();
      },
      (error) => {
        if (error instanceof Refused && error.passing) kept.delete(id);
        else kept.set(id, []);
      },
    );
    return UNREAD;
  }

  replies(id: string): Reply[] {
    return this.#once(
      this.#replies,
      id,
      async () => (await this.session.call<{ Replies: Reply[] }>('GET', `/agent/contacts/${id}/replies`)).Replies,
    );
  }

  /** What agents have written down about this chat and the past that it continues, newest first. */
  notes(id: string): Note[] {
    return this.#once(
      this.#notes,
      id,
      async () => (await this.session.call<{ Notes: Note[] }>('GET', `/agent/contacts/${id}/notes`)).Notes,
    );
  }

  note(id: string, Text: string) {
    return this.act(async () => {
      await this.session.call('POST', `/agent/contacts/${id}/notes`, { Text, ClientToken: uuid() });
      this.#notes.delete(id);
    });
  }

  dispose(id: string, disposition: { Code?: string; Text?: string }) {
    return this.act(() => this.session.call('PUT', `/agent/contacts/${id}/disposition`, disposition));
  }

  setAttribute(row: Row, name: string, value: string) {
    return this.act(() =>
      this.session.call('POST', '/contact/attributes', {
        InstanceId: this.session.instanceId,
        InitialContactId: row.InitialContactId,
        Attributes: { [name]: value },
      }),
    );
  }

  tag(id: string, tags: Record<string, string>) {
    return this.act(async () => {
      await this.session.call('POST', '/contact/tags', { InstanceId: this.session.instanceId, ContactId: id, Tags: tags });
      await this.describe(id);
    });
  }

  untag(id: string, name: string) {
    return this.act(async () => {
      await this.session.call('DELETE', `/contact/tags/${this.session.instanceId}/${id}?TagKeys=${encodeURIComponent(name)}`);
      await this.describe(id);
    });
  }

  /** Hears a topic of the socket until the returned function is called. */
  listen(topic: string, heard: (content: unknown) => void) {
    this.#listeners.set(topic, heard);
    this.#socket.subscribe(topic);
    return () => {
      this.#listeners.delete(topic);
      this.#socket.unsubscribe(topic);
    };
  }

  stop() {
    this.#socket.stop();
  }
}
