// The one socket of all of an agent's work: what there is to do, and every item of every chat.

import { Socket } from '../socket.ts';
import { Refused, type Item } from '../wire.ts';
import type { Session } from './session.ts';

export interface Heard {
  work(frame: Work): void;
  item(item: Item): void;
  topic(name: string, content: unknown): void;
  open(): void;
  away(): void;
}

export interface Row {
  ContactId: string;
  InitialContactId: string;
  State: 'INCOMING' | 'CONNECTED' | 'MISSED' | 'REJECTED' | 'ENDED';
  StateStartTimestamp: string;
  OfferExpiry?: string;
  Queue?: { Id: string; Name: string };
  CustomerDisplayName: string;
  Attributes?: Record<string, string>;
  RelatedContactId?: string;
  InitiationMethod: string;
  Notes?: number;
  Disposition?: { Code?: string; Text?: string };
}
export interface Monitor {
  ContactId: string;
  InitialContactId: string;
  StartTimestamp: string;
  Capability: 'SILENT_MONITOR' | 'BARGE';
  MayBarge: boolean;
}
export interface Status {
  Name: string;
  Type: 'ROUTABLE' | 'CUSTOM' | 'OFFLINE';
  StartTimestamp?: string;
  NextStatus?: { Name: string } | string;
}
export interface Work {
  Version: number;
  Status: Status;
  Contacts: Row[];
  Monitors?: Monitor[];
}

export class AgentSocket {
  #topics = ['perch/agent', 'aws/chat'];
  #socket: Socket;

  constructor(session: Session, heard: Heard) {
    this.#socket = new Socket({
      connect: async (signal) => {
        try {
          const { Websocket } = await session.call<{ Websocket: { Url: string } }>('POST', '/agent/connection', {}, signal);
          return { url: Websocket.Url, expiry: Infinity };
        } catch (error) {
          // only who is signed out does not come back
          throw error instanceof Refused && error.status !== 401 ? new Refused(0, error.message) : error;
        }
      },
      topics: () => this.#topics,
      frame: (topic, content) => {
        const said = JSON.parse(content);
        if (topic === 'aws/chat') heard.item(said);
        else if (topic === 'perch/agent') heard.work(said);
        else heard.topic(topic, said);
      },
      up: () => heard.open(),
      down: () => heard.away(),
      refused: () => heard.away(),
    });
    this.#socket.start();
  }

  /** Asks for a further topic, now and after each reconnect. */
  subscribe(topic: string) {
    if (this.#topics.includes(topic)) return;
    this.#topics.push(topic);
    this.#socket.send('aws/subscribe', { topics: [topic] }); // also where the first topics are asked for and not answered yet
  }

  unsubscribe(topic: string) {
    this.#topics = this.#topics.filter((each) => each !== topic);
    this.#socket.send('aws/unsubscribe', { topics: [topic] });
  }

  stop() {
    this.#socket.stop();
  }
}
