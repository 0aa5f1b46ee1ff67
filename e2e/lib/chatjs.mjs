// ChatJS in Node. The published browser bundle runs as it is; what it takes from a browser is passed to it here.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { WebSocket } from 'ws';
import { walk } from './pages.mjs';
import { Collected, within } from './wait.mjs';

const file = createRequire(import.meta.url).resolve('amazon-connect-chatjs');
const source = readFileSync(file, 'utf8');

const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';
export const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36';

// ChatJS keeps timers for up to a day (token refresh); a page that is left behind must not keep the test running.
const unref = (start) => (...args) => start(...args).unref();

// Browsers word a failed connection like this, and ChatJS decides by the words whether to try again.
async function browserFetch(...args) {
  try {
    return await fetch(...args);
  } catch (error) {
    throw error.name === 'TypeError' ? new TypeError('Failed to fetch', { cause: error }) : error;
  }
}

/**
 * A page of its own that has loaded ChatJS. Two people need two pages: within one, ChatJS shares a connection
 * between all sessions that have the same contact id, as if they were one person's.
 */
export function openPage({ Endpoint, Region }, { userAgent = DESKTOP } = {}) {
  // ChatJS does not say when its socket is subscribed, so the page listens in on what its sockets receive.
  const frames = new Collected();
  class PageSocket extends WebSocket {
    constructor(...args) {
      super(...args);
      this.on('message', (data) => frames.push(JSON.parse(data.toString() || '{}')));
    }
  }
  const connect = {};
  const navigator = { userAgent, onLine: true };
  const window = { connect, navigator, crypto };
  const given = {
    self: window,
    window,
    connect,
    navigator,
    WebSocket: PageSocket,
    fetch: browserFetch,
    setTimeout: unref(setTimeout),
    setInterval: unref(setInterval),
    console: { ...console, log() {}, info() {}, debug() {}, warn() {}, error() {} },
  };
  compileFunction(source, Object.keys(given), { filename: file })(...Object.values(given));
  connect.ChatSession.setGlobalConfig({ endpoint: Endpoint, region: Region });
  return { ChatSession: connect.ChatSession, frames, region: Region };
}

const isSubscribed = (frame) => frame.topic === 'aws/subscribe' && frame.content?.status === 'success';

/** What a session may be asked to tell, by the name under which a Session collects it. */
const LISTENERS = {
  messages: 'onMessage',
  typing: 'onTyping',
  read: 'onReadReceipt',
  delivered: 'onDeliveredReceipt',
  rehydrated: 'onChatRehydrated',
  ended: 'onEnded',
  established: 'onConnectionEstablished',
  lost: 'onConnectionLost',
  broken: 'onConnectionBroken',
};

/** A ChatJS session with everything it tells collected. */
export class Session {
  static customer(page, started) {
    return new Session(page, started, {
      type: 'CUSTOMER',
      chatDetails: {
        contactId: started.ContactId,
        participantId: started.ParticipantId,
        participantToken: started.ParticipantToken,
      },
    });
  }

  /** Without Amazon's own agent page there is no getConnectionToken; where it fails, ChatJS uses the participant token. */
  static agent(page, accepted) {
    return new Session(page, accepted, {
      type: 'AGENT',
      chatDetails: {
        contactId: accepted.ContactId,
        initialContactId: accepted.InitialContactId,
        participantId: accepted.ParticipantId,
        participantToken: accepted.ParticipantToken,
        getConnectionToken: () => Promise.reject(new Error('no such call here')),
      },
    });
  }

  constructor(page, { ContactId, ParticipantId }, args) {
    this.page = page;
    this.chat = page.ChatSession.create({ ...args, disableCSM: true, options: { region: page.region } });
    this.contactId = ContactId;
    this.id = ParticipantId;
    for (const [name, listen] of Object.entries(LISTENERS)) {
      const told = new Collected();
      this[name] = told;
      this.chat[listen]((eventData) => told.push(eventData));
    }
  }

  /** Connects, and waits until nothing that is said from now on can be missed. */
  async connect() {
    const from = this.page.frames.length;
    const { connectSuccess } = await within(this.chat.connect(), 'ChatJS connects');
    await this.subscribed(from);
    return connectSuccess;
  }

  subscribed(from) {
    return this.page.frames.first(isSubscribed, 'the socket is subscribed', { from });
  }

  async say(message) {
    const { data } = await this.chat.sendMessage({ message, contentType: 'text/plain' });
    return data;
  }

  async event(contentType, content) {
    const { data } = await this.chat.sendEvent({ contentType, content: content && JSON.stringify(content) });
    return data;
  }

  /** One page, with ChatJS's own defaults (15 items, BACKWARD, ASCENDING) unless told. */
  async transcript(args) {
    const { data } = await this.chat.getTranscript(args);
    return data;
  }

  /** All pages; has the shape that checkBackward() wants of a person. */
  pages({ MaxResults } = {}) {
    return walk(({ NextToken }) => this.transcript({ maxResults: MaxResults, nextToken: NextToken }));
  }

  /** Waits for an item that onMessage brings, and returns it. */
  async sees(predicate, what, options) {
    const { data } = await this.messages.first((each) => predicate(each.data), what, options);
    return data;
  }

  /** The public method exists on customer sessions only. */
  leave() {
    return (this.chat.disconnectParticipant ? this.chat : this.chat.controller).disconnectParticipant();
  }

  get status() {
    return this.chat.controller.getConnectionStatus();
  }
}
