// The one socket of all of an agent's work: what there is to do, and every item of every chat.

import { Refused, type Item } from '../wire.ts';
import type { Session } from './session.ts';

export interface Heard { work(frame: Work): void; item(item: Item): void; topic(name: string, content: unknown): void; open(): void; away(): void }

export interface Row {
  ContactId: string; InitialContactId: string; State: 'INCOMING' | 'CONNECTED' | 'MISSED' | 'REJECTED' | 'ENDED'; StateStartTimestamp: string;
  OfferExpiry?: string; Queue?: { Id: string; Name: string }; CustomerDisplayName: string; Attributes?: Record<string, string>;
  RelatedContactId?: string; InitiationMethod: string; Notes?: number; Disposition?: { Code?: string; Text?: string };
}
export interface Monitor { ContactId: string; InitialContactId: string; StartTimestamp: string; Capability: 'SILENT_MONITOR' | 'BARGE'; MayBarge: boolean }
export interface Status { Name: string; Type: 'ROUTABLE' | 'CUSTOM' | 'OFFLINE'; StartTimestamp?: string; NextStatus?: { Name: string } | string }
export interface Work { Version: number; Status: Status; Contacts: Row[]; Monitors?: Monitor[] }

const HEARTBEAT = 10_000;

export class AgentSocket {
  #socket?: WebSocket;
  #tries = 0;
  #beats = 0;
  #timer?: ReturnType<typeof setTimeout>;
  #pulse?: ReturnType<typeof setInterval>;
  #closed = false;
  #topics = ['perch/agent', 'aws/chat'];
  #opened = false;

  constructor(readonly session: Session, readonly heard: Heard) {
    addEventListener('online', this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    void this.#open();
  }

  /** A laptop that wakes, or a network that is back, is not waited for. */
  #wake = () => {
    if (this.#closed || document.visibilityState === 'hidden') return;
    if (!this.#socket) { this.#tries = 0; this.#later(0); } else this.#beat();
  };

  /** Asks for a further topic, now and after each reconnect. */
  subscribe(topic: string) {
    if (this.#topics.includes(topic)) return;
    this.#topics.push(topic);
    if (this.#opened) this.#send({ topic: 'aws/subscribe', content: { topics: [topic] } });
  }

  unsubscribe(topic: string) {
    this.#topics = this.#topics.filter((each) => each !== topic);
    this.#send({ topic: 'aws/unsubscribe', content: { topics: [topic] } });
  }

  #send(frame: object) { if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame)); }

  #later(ms: number) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), ms);
  }

  async #open() {
    if (this.#closed || this.#socket) return;
    try {
      const { Websocket } = await this.session.call<{ Websocket: { Url: string } }>('POST', '/agent/connection', {});
      if (!this.#closed && !this.#socket) this.#listen(Websocket.Url);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return;
      this.#lost();
    }
  }

  #lost() {
    if (this.#closed) return;
    clearInterval(this.#pulse);
    this.#opened = false;
    this.heard.away();
    this.#tries += 1;
    this.#later(Math.min(15_000, 400 * 2 ** Math.min(this.#tries, 6)) * (0.7 + Math.random() * 0.6));
  }

  #listen(url: string) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    const slow = setTimeout(() => socket.close(), 10_000);
    socket.onopen = () => this.#send({ topic: 'aws/subscribe', content: { topics: this.#topics } });
    socket.onclose = () => {
      clearTimeout(slow);
      if (this.#socket === socket) { this.#socket = undefined; this.#lost(); }
    };
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      switch (frame.topic) {
        case 'aws/subscribe':
          if (this.#opened) return;
          clearTimeout(slow);
          this.#opened = true;
          this.#tries = 0;
          this.#beats = 0;
          clearInterval(this.#pulse);
          this.#pulse = setInterval(() => this.#beat(), HEARTBEAT);
          return this.heard.open();
        case 'aws/heartbeat': this.#beats = 0; return undefined;
        case 'aws/chat': return this.heard.item(JSON.parse(frame.content));
        case 'perch/agent': return this.heard.work(JSON.parse(frame.content));
        default: return typeof frame.content === 'string' ? this.heard.topic(frame.topic, JSON.parse(frame.content)) : undefined;
      }
    };
  }

  #beat() {
    if (this.#beats > 0) { this.#socket?.close(); return; }
    this.#beats += 1;
    this.#send({ topic: 'aws/heartbeat' });
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
