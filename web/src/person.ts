// From the first click to the next chat: what is kept, whose it is, and how a chat is started, gone on with and begun anew.

import { Bridge } from './bridge.ts';
import { Chat } from './chat.ts';
import { Keep, customerOf, type Kept } from './keep.ts';
import type { Look } from './look.ts';
import { textOf } from './outbox.ts';
import { overlayOf, type Overlay } from './overlay.tsx';
import type { Settings, ToFrame } from './protocol.ts';
import { CONTENT, Refused, post, uuid, type Item, type StartAnswer } from './wire.ts';

export interface Config {
  id: string;
  domains: string[];
  open: boolean;
  signed: boolean;
  look: Look;
}
export type Phase = 'idle' | 'form' | 'choose' | 'starting' | 'failed' | 'chat';
export type Choice = '' | 'ask' | 'continue' | 'new';

interface Screen {
  change(): void;
  /** What to say of unread messages in the page's title. */
  title(count: number): string;
  chime(): void;
}

export class Person {
  settings: Settings | null = null;
  phase: Phase = 'idle';
  shown = false;
  error = '';
  sound = true;
  chat: Chat | null = null;
  /** What the page has items shown as, by their ids. */
  overlays: ReadonlyMap<string, Overlay> = new Map();
  #left = false; // by the customer's own wish
  /** Of the start that is under way, or has failed. */
  #details: { choice: Choice; name: string; message: string } = { choice: '', name: '', message: '' };
  #startToken = uuid();
  #customer = '';
  #draft: string;
  #unread = 0;
  #settled: Promise<void> | null = null;
  #keep: Keep;
  readonly bridge: Bridge;
  /** The page starts chats itself, and keeps what there is to keep. */
  readonly inert: boolean;

  constructor(
    readonly config: Config,
    readonly screen: Screen,
  ) {
    this.inert = config.id === 'interface';
    this.#keep = new Keep(
      config.id,
      () => (this.chat && this.chat.state !== 'ended' ? this.#kept() : null),
      (kept) => void this.#follow(kept),
    );
    this.#draft = this.#keep.draft;
    this.bridge = new Bridge(config.domains, (message) => this.#hear(message));
    document.addEventListener('visibilitychange', () => this.look());
  }

  get draft() {
    return this.#draft;
  }
  set draft(text: string) {
    this.#draft = text;
    if (!this.inert) this.#keep.draft = text;
    this.screen.change();
  }

  get visible() {
    return this.shown && document.visibilityState === 'visible';
  }

  /** Whether there is a chat of this browser to go on with. */
  get hasLast() {
    return !this.settings?.startsItself && (this.chat?.state === 'ended' || !!this.#keep.last);
  }

  #hear(message: ToFrame) {
    switch (message.type) {
      case 'settings':
        this.settings = message.settings;
        this.chat?.signIn.look();
        this.#settled ??= this.#settle();
        break;
      case 'open':
        this.shown = true;
        this.look();
        void this.#settled?.then(() => {
          if (this.phase === 'idle' && !this.chat) this.invite();
        });
        break;
      case 'closed':
        this.shown = false;
        break;
      case 'end':
        this.end();
        break;
      case 'overlay':
        this.overlays = new Map(this.overlays).set(message.id, overlayOf(message.overlay));
        break;
    }
    this.screen.change();
  }

  /** Finds the chat that this tab had, or that another tab has. */
  async #settle() {
    if (this.inert) return;
    const kept = this.#keep.load() ?? (await this.#keep.fromOtherTab());
    if (kept && (await this.#isOf(kept))) this.#begin(kept);
  }

  async #follow(kept: Kept) {
    if (this.inert || this.phase === 'starting' || !(await this.#isOf(kept))) return;
    this.#begin(kept);
  }

  /** A chat of somebody whom the site had signed for is shown to the same person alone. */
  async #isOf(kept: Kept) {
    if (!kept.customer) return true;
    if (!this.settings?.authenticates) {
      this.#keep.save(null);
      return false;
    }
    try {
      if (customerOf(String(await this.bridge.ask('token'))) === kept.customer) return true;
      this.#keep.save(null);
    } catch {
      /* who it is cannot be said now: the chat stays where it is */
    }
    return false;
  }

  #kept(): Kept {
    const { started, features, outbox, state } = this.chat!;
    return { started, features, pending: outbox.kept, customer: this.#customer, ended: state === 'ended' };
  }

  #save() {
    if (!this.inert && this.chat) this.#keep.save(this.#kept());
  }

  #begin(kept: Kept) {
    this.chat?.stop();
    let established = false;
    this.#left = false;
    const { ContactId, ParticipantId } = kept.started;
    this.#customer = kept.customer;
    this.phase = 'chat';
    this.chat = new Chat(
      kept.started,
      kept.features,
      kept.pending,
      {
        change: () => this.screen.change(),
        keep: () => this.#save(),
        signIn: () => (this.settings?.signIn?.redirectUri ? this.settings.signIn : undefined),
        offered: (state) => this.bridge.tell({ type: 'event', name: 'AUTHENTICATION_INITIATED', data: { contactId: ContactId, state } }),
        established: () => {
          if (!established) this.bridge.tell({ type: 'event', name: 'CONNECTION_ESTABLISHED', data: { contactId: ContactId } });
          established = true;
        },
        ended: () => {
          this.#save();
          if (!kept.ended) this.bridge.tell({ type: 'event', name: 'CHAT_ENDED', data: { contactId: ContactId, byCustomer: this.#left } });
        },
        fresh: (items, live) => {
          if (this.inert) for (const item of items) this.bridge.tell({ type: 'item', item });
          if (live) this.#news(items);
        },
      },
      kept.ended,
    );
    this.bridge.tell({ type: 'metadata', metadata: { chatContactId: ContactId, contactId: ContactId, participantId: ParticipantId } });
    this.#save();
    this.screen.change();
  }

  #news(items: Item[]) {
    for (const item of items) {
      const name = nameOfEvent(item);
      if (name) this.bridge.tell({ type: 'event', name, data: this.inert ? { ...item } : { id: item.Id, role: item.ParticipantRole } });
    }
    const others = items.filter(
      (item) => item.ParticipantRole !== 'CUSTOMER' && (item.Type !== 'EVENT' || item.ContentType === CONTENT.signIn),
    );
    if (others.length === 0 || this.visible) return;
    this.#count(this.#unread + others.length);
    if (this.sound) this.screen.chime();
  }

  #count(count: number) {
    this.#unread = count;
    this.bridge.tell({ type: 'unread', count, title: count ? this.screen.title(count) : '' });
  }

  /** The chat is looked at, if it is. */
  look() {
    if (!this.visible) return;
    if (this.#unread) this.#count(0);
    this.chat?.seen();
  }

  /** What comes first for somebody who opens the widget. */
  invite() {
    const { look } = this.config;
    const local = look.askContinue && this.hasLast && !this.settings?.authenticates;
    this.phase = local ? 'choose' : look.preChat && !this.settings?.startsItself ? 'form' : 'starting';
    if (this.phase === 'starting') void this.start(look.askContinue ? 'ask' : '');
    this.screen.change();
  }

  /** Starts a chat; what the customer has said before it goes along, also where a choice came between. */
  async start(choice: Choice, details: { name: string; message: string } = this.#details) {
    this.#details = { ...details, choice };
    this.phase = 'starting';
    this.error = '';
    this.screen.change();
    try {
      const { answer, customer } = await this.#ask();
      if (answer.choose) this.phase = 'choose';
      else this.#started(answer, customer);
    } catch (reason) {
      this.error = reason instanceof Refused && reason.status ? reason.message : '';
      this.phase = 'failed';
    }
    this.screen.change();
  }

  again() {
    return this.start(this.#details.choice);
  }

  async #ask(): Promise<{ answer: StartAnswer; customer: string }> {
    const { choice, name, message } = this.#details;
    const given = this.settings ?? {};
    if (given.startsItself) return { answer: { data: await this.bridge.ask('start') } as StartAnswer, customer: '' };
    const token = given.authenticates ? String((await this.bridge.ask('token')) ?? '') : '';
    const last = this.chat?.started ?? this.#keep.last?.started;
    const answer = await post<StartAnswer>(`/widget/${encodeURIComponent(this.config.id)}/start`, {
      Page: this.bridge.page,
      Token: token,
      DisplayName: name || given.displayName || '',
      Attributes: given.contactAttributes,
      Minutes: given.chatDurationInMinutes ?? 0,
      ContentTypes: given.supportedMessagingContentTypes ?? [CONTENT.plain],
      Message: message,
      ClientToken: this.#startToken,
      Choice: choice,
      ...(choice === 'continue' && last ? { Last: last.ParticipantToken } : {}),
    });
    return { answer, customer: customerOf(token) };
  }

  #started(answer: StartAnswer, customer: string) {
    this.#startToken = uuid();
    if (this.#details.message) this.draft = '';
    this.#details = { choice: '', name: this.#details.name, message: '' };
    const unsent = textOf(this.chat?.outbox.kept ?? this.#keep.last?.pending ?? []);
    if (unsent) this.draft = [unsent, this.draft].filter(Boolean).join('\n');
    this.#keep.last = null;
    this.#begin({ started: answer.data.startChatResult, features: answer.data.featurePermissions ?? {}, pending: [], customer });
    if (!this.inert) this.#keep.begun(this.#kept());
  }

  /** Nothing is seen from here on, whenever the page gets round to hiding the frame. */
  minimise() {
    this.shown = false;
    this.bridge.tell({ type: 'minimise' });
  }

  /** Ends the chat, as the customer wishes. */
  end() {
    this.#left = true;
    return this.chat?.leave().catch(() => {}) ?? Promise.resolve();
  }

  /** Puts an ended chat away: the next click begins with another. */
  close() {
    if (this.chat && !this.inert) this.#keep.last = this.#kept();
    this.#keep.save(null);
    this.bridge.tell({ type: 'close' });
  }
}

/** Events by the names that ChatJS has for them. That a sign-in is asked for is told with its state, when there is one. */
const EVENTS = new Map(
  Object.entries({
    [CONTENT.joined]: 'PARTICIPANT_JOINED',
    [CONTENT.left]: 'PARTICIPANT_LEFT',
    [CONTENT.renamed]: 'PARTICIPANT_DISPLAY_NAME_UPDATED',
    [CONTENT.signIn]: '',
    [CONTENT.signedIn]: 'AUTHENTICATION_SUCCESSFUL',
    [CONTENT.signInFailed]: 'AUTHENTICATION_FAILED',
    [CONTENT.signInLate]: 'AUTHENTICATION_TIMEOUT',
    [CONTENT.signInDeclined]: 'AUTHENTICATION_CANCELED',
  }),
);

function nameOfEvent(item: Item) {
  return EVENTS.get(item.ContentType) ?? (item.ParticipantRole === 'CUSTOMER' ? 'OUTGOING_MESSAGE' : 'INCOMING_MESSAGE');
}
