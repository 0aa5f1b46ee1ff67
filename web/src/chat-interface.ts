// connect.ChatInterface for pages that start chats by an endpoint of their own. The chat is shown in a frame on perch's origin, as the widget's.
// The page has started the chat, so it has the chat's token, and hands it to the frame.

import { chatEvents } from './interface/events.ts';
import { Panel, type Bar } from './interface/panel.ts';
import { Session, type TranscriptConfig } from './interface/session.ts';
import { signInOf, startChat, typesOf, type Answer, type ChatConfig } from './interface/start.ts';
import { defaultTheme, stylesOf } from './interface/theme.ts';
import { isLabelled, labelled, type Settings, type ToFrame, type ToPage } from './protocol.ts';
import type { Item } from './wire.ts';

interface InitConfig {
  containerId?: string;
  baseCssClass?: string;
  themeConfig?: Record<string, unknown>;
  headerConfig?: Bar;
  logoConfig?: Bar;
  footerConfig?: Bar;
  transcriptConfig?: TranscriptConfig;
  composerConfig?: { attachmentsEnabled?: boolean; richMessagingEnabled?: boolean };
  language?: string;
  /** Taken, with nothing to do: views are shown by perch, and nothing is measured. */
  guidesInChat?: unknown;
  widgetType?: string;
  shouldShowMessageReceipts?: boolean;
}

const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;
const events = chatEvents();
let look: InitConfig = {};
let current: Talk | undefined;

const container = () => document.getElementById(look.containerId ?? 'root') ?? document.getElementById('root') ?? document.body;

/** One chat in the page, from its frame's first word to its last. */
class Talk {
  readonly session: Session;
  #panel: Panel;
  #status = 'Connecting';
  #waiting: Item[] | null = []; // until the success callback has set what it wants to
  #look = look;

  constructor(
    readonly config: ChatConfig,
    readonly answer: Answer,
    readonly success: (session: Session) => void,
    readonly failure: (error: unknown) => void,
  ) {
    this.#panel = new Panel(`${origin}/widget/interface/frame`, this.#look);
    this.session = new Session(
      answer.startChatResult.ContactId,
      () => this.#send({ type: 'end' }),
      () => this.close(),
    );
    window.addEventListener('message', this.#hear);
    container().replaceChildren(this.#panel.box);
    this.#become('Connecting');
  }

  #send(message: ToFrame) {
    this.#panel.frame.contentWindow?.postMessage(labelled(message), origin);
  }

  #become(status: string) {
    this.#status = status;
    const bar = this.#look.footerConfig;
    if (bar)
      this.#panel.footer(bar, {
        contactStatus: status,
        onEndChat: this.session.endChat,
        onClose: this.session.closeChat,
        footerConfig: bar,
      });
  }

  #settings(): Settings {
    const header = this.#look.headerConfig;
    return {
      startsItself: true,
      language: this.config.language ?? this.#look.language,
      customStyles: stylesOf(this.#look.themeConfig),
      supportedMessagingContentTypes: typesOf(this.config),
      ownHeader: !!(header?.render || header?.sourceUrl),
      customizationObject: { footer: { disabled: !!this.#look.footerConfig?.render } },
      signIn: signInOf(this.config),
    };
  }

  #features(): Record<string, boolean> {
    const { attachmentsEnabled, richMessagingEnabled } = this.#look.composerConfig ?? {};
    const given = { ...this.answer.featurePermissions };
    return {
      ...given,
      ...this.config.featurePermissions,
      ATTACHMENTS: attachmentsEnabled ?? !!(given.ATTACHMENTS || this.config.featurePermissions?.ATTACHMENTS),
      MESSAGING_MARKDOWN: richMessagingEnabled ?? !!typesOf(this.config)?.includes('text/markdown'),
    };
  }

  #hear = (event: MessageEvent) => {
    if (event.origin !== origin || event.source !== this.#panel.frame.contentWindow || !isLabelled(event.data)) return;
    const message = event.data as unknown as ToPage;
    switch (message.type) {
      case 'ready':
        this.#send({ type: 'settings', settings: this.#settings() });
        this.#send({ type: 'open' });
        break;
      case 'ask':
        this.#send({
          type: 'answer',
          id: message.id,
          value: { startChatResult: this.answer.startChatResult, featurePermissions: this.#features() },
        });
        break;
      case 'item':
        if (this.#waiting) this.#waiting.push(message.item);
        else this.#overlay(message.item);
        break;
      case 'event':
        this.#happened(message.name, message.data);
        break;
      case 'close':
        this.close();
        break;
    }
  };

  #overlay(item: Item) {
    const overlay = this.session.overlay(item, this.#look.transcriptConfig);
    if (overlay) this.#send({ type: 'overlay', id: item.Id, overlay });
  }

  #happened(name: string, data: Record<string, unknown>) {
    switch (name) {
      case 'CONNECTION_ESTABLISHED':
        if (!this.#waiting) return;
        this.#become('Connected');
        try {
          this.success(this.session);
        } catch (error) {
          console.error(error);
        }
        for (const item of this.#waiting.splice(0)) this.#overlay(item);
        this.#waiting = null;
        break;
      case 'INCOMING_MESSAGE':
        this.session.tell('incoming', data);
        events.tell('onPushNotificationEligibleMessageReceived');
        break;
      case 'OUTGOING_MESSAGE':
        this.session.tell('outgoing', data);
        break;
      case 'PARTICIPANT_JOINED':
      case 'PARTICIPANT_LEFT':
        this.session.tell('incoming', data);
        break;
      case 'AUTHENTICATION_INITIATED':
        events.tell('onAuthenticationInitiated', { state: data.state });
        break;
      case 'AUTHENTICATION_SUCCESSFUL':
      case 'AUTHENTICATION_FAILED':
      case 'AUTHENTICATION_TIMEOUT':
      case 'AUTHENTICATION_CANCELED':
        events.tell('onAuthenticationComplete'); // whichever way it went, as Amazon's
        break;
      case 'CHAT_ENDED':
        if (this.#waiting && this.#status === 'Connecting') this.failure({ status: 403, ok: false, json: {} });
        this.#become('Ended');
        this.session.tell('disconnected');
        events.tell(data.byCustomer ? 'onChatEnded' : 'onAgentEndChat');
        break;
    }
  }

  /** Takes the chat out of the page. */
  close() {
    window.removeEventListener('message', this.#hear);
    this.#panel.box.remove();
    if (current === this) current = undefined;
    this.session.tell('closed');
  }
}

function refused(failure: (error: unknown) => void, error: unknown) {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = 'Initialization failed';
  container().replaceChildren(line);
  failure(error);
}

function initiateChat(config: ChatConfig, success: (session: Session) => void = () => {}, failure: (error: unknown) => void = () => {}) {
  events.tell('onChatLoading');
  startChat(config)
    .then((answer) => {
      current?.close();
      events.tell('onStartNewChat');
      current = new Talk(config, answer, success, failure);
    })
    .catch((error: unknown) => refused(failure, error));
}

const page = window as unknown as { connect?: Record<string, unknown> };
page.connect = Object.assign(page.connect ?? {}, {
  ChatInterface: {
    init: (config: InitConfig = {}) => {
      look = config;
    },
    initiateChat,
    getCurrentTheme: () => structuredClone(defaultTheme),
  },
  ChatEvents: events.page,
});

// An event that the page itself has made and dispatched: what comes from another window has no property of its own.
window.addEventListener('message', (event) => {
  if (Object.hasOwn(event, 'initChat')) initiateChat(event as unknown as ChatConfig);
});
