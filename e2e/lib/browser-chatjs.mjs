// A customer with ChatJS in a browser. The page's own script is what the functions given to evaluate() hold.

import { walk } from './pages.mjs';
import { Collected, within } from './wait.mjs';

const isSubscribed = (frame) => frame.topic === 'aws/subscribe' && frame.content?.status === 'success';

/** What a session tells, by the name under which it is collected. */
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

/** Starts a chat as chat pages do: a POST of text, which needs no preflight. */
export function startByFetch({ page }, url, body) {
  return page.evaluate(async ([to, what]) => {
    const response = await fetch(to, { method: 'POST', body: JSON.stringify(what) });
    const reply = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(reply)}`);
    return reply.data.startChatResult;
  }, [url, body]);
}

export class BrowserSession {
  /** Makes the session of a chat that has been started; it is not connected yet. */
  static async create(visitor, { Endpoint, Region }, started) {
    const session = new BrowserSession(visitor, started);
    await visitor.page.exposeFunction('tell', (name, eventData) => session[name].push(eventData));
    await session.load({ Endpoint, Region });
    return session;
  }

  constructor({ page, record }, started) {
    this.page = page;
    this.record = record;
    this.started = started;
    this.contactId = started.ContactId;
    this.id = started.ParticipantId;
    for (const name of Object.keys(LISTENERS)) this[name] = new Collected();
  }

  /** Does what a page does when it has been loaded, or reloaded. */
  load({ Endpoint, Region }) {
    return this.page.evaluate(({ endpoint, region, started, listeners }) => {
      const { ChatSession } = window.connect;
      ChatSession.setGlobalConfig({ endpoint, region });
      window.chat = ChatSession.create({
        type: 'CUSTOMER',
        disableCSM: true,
        options: { region },
        chatDetails: {
          contactId: started.ContactId,
          participantId: started.ParticipantId,
          participantToken: started.ParticipantToken,
        },
      });
      for (const [name, listen] of Object.entries(listeners)) {
        window.chat[listen]((eventData) => window.tell(name, JSON.parse(JSON.stringify(eventData ?? null))));
      }
    }, { endpoint: Endpoint, region: Region, started: this.started, listeners: LISTENERS });
  }

  /** Connects, and waits until nothing that is said from now on can be missed. */
  async connect() {
    const from = this.record.frames.length;
    const connected = await this.#do('connect');
    await this.record.frames.first(isSubscribed, 'the socket is subscribed', { from });
    return connected.connectSuccess;
  }

  async say(message) {
    return (await this.#do('sendMessage', { message, contentType: 'text/plain' })).data;
  }

  async event(contentType, content) {
    return (await this.#do('sendEvent', { contentType, content: content && JSON.stringify(content) })).data;
  }

  /** One page, with ChatJS's own defaults unless told. */
  async transcript(args = {}) {
    return (await this.#do('getTranscript', args)).data;
  }

  /** All pages; has the shape that checkBackward() wants of a person. */
  pages({ MaxResults } = {}) {
    return walk(({ NextToken }) => this.transcript({ maxResults: MaxResults, nextToken: NextToken }));
  }

  /** Waits for an item that onMessage brings, and returns it. */
  async sees(predicate, what, options) {
    return (await this.messages.first((each) => predicate(each.data), what, options)).data;
  }

  leave() {
    return this.#do('disconnectParticipant');
  }

  /** Calls the session. What it refuses is made an Error, which a promise of a page can carry to us. */
  #do(method, args) {
    const done = this.page.evaluate(async ([name, given]) => {
      try {
        const result = await window.chat[name](given);
        return JSON.parse(JSON.stringify(result ?? null));
      } catch (error) {
        throw new Error(`${name}: ${error?.type ?? ''} ${error?.message ?? JSON.stringify(error)}`);
      }
    }, [method, args]);
    return within(done, `ChatJS ${method}`);
  }
}
