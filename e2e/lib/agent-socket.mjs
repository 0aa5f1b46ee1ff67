// The one socket of an agent: the chat socket's frames, the agent's work, and the items of all the agent's chats.

import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { Collected, within } from './wait.mjs';

export class AgentSocket {
  /** Every content of a frame on perch/agent, and every item, in order of arrival. */
  lists = new Collected();
  items = new Collected();
  /** Every content of a frame on perch/figures, and every frame of another topic. */
  figures = new Collected();
  control = new Collected();
  #listeners = { message: new Map(), gain: new Set(), lost: new Set() };

  static async open(agent) {
    const { Url, ConnectionExpiry } = await agent.connection();
    assert.ok(Date.parse(ConnectionExpiry) > Date.now(), ConnectionExpiry);
    const socket = new AgentSocket(Url);
    await socket.subscribe(['perch/agent', 'aws/chat']);
    return socket;
  }

  constructor(url) {
    this.ws = new WebSocket(url);
    this.opened = new Promise((resolve) => this.ws.on('open', resolve));
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.ws.on('error', () => {}); // a close always follows
    this.ws.on('message', (data) => this.#receive(JSON.parse(data.toString())));
    this.closed.then(() => this.#listeners.lost.forEach((listener) => listener()));
  }

  async subscribe(topics) {
    await within(this.opened, 'the socket opens');
    const from = this.control.length;
    this.ws.send(JSON.stringify({ topic: 'aws/subscribe', content: { topics } }));
    const { content } = await this.control.first((frame) => frame.topic === 'aws/subscribe', 'subscribed', { from });
    assert.deepEqual(content, { status: 'success', topics });
  }

  #receive(frame) {
    this.#listeners.message.get(frame.topic)?.forEach((listener) => listener(frame));
    if (frame.topic === 'perch/agent') this.#list(JSON.parse(frame.content));
    else if (frame.topic === 'perch/figures') this.figures.push(JSON.parse(frame.content));
    else if (frame.topic === 'aws/chat') this.items.push(JSON.parse(frame.content));
    else this.control.push(frame);
  }

  #list(list) {
    const last = this.lists.all.at(-1);
    if (last) assert.ok(list.Version > last.Version, `version ${list.Version} comes after ${last.Version}`);
    this.lists.push(list);
  }

  /** The first list in which the contact is in a state; the state null means "no longer listed". */
  async contact(contactId, state, { from = 0 } = {}) {
    const row = (list) => list.Contacts.find((each) => each.ContactId === contactId);
    const list = await this.lists.first((each) => (state === null ? !row(each) : row(each)?.State === state),
      `contact ${contactId} is ${state ?? 'no longer listed'}`, { from });
    return row(list);
  }

  sees(predicate, what, options) {
    return this.items.first(predicate, what, options);
  }

  close() {
    this.ws.close(1000);
    return this.closed;
  }

  /** What ChatJS wants of a socket that its sessions share: Amazon's agent page has such an object. */
  manager() {
    const { message, gain, lost } = this.#listeners;
    const keep = (set) => (listener) => {
      set.add(listener);
      return () => set.delete(listener);
    };
    return {
      subscribeTopics: () => {}, // is subscribed
      onMessage: (topic, listener) => {
        if (!message.has(topic)) message.set(topic, new Set());
        return keep(message.get(topic))(listener);
      },
      onConnectionGain: keep(gain),
      onConnectionLost: keep(lost),
      onInitFailure: () => () => {},
    };
  }
}
