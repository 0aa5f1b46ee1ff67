// The chat socket as ChatJS speaks it: subscribe, heartbeat, ping; items come as JSON inside JSON.

import { WebSocket } from 'ws';
import { Collected, within } from './wait.mjs';

export class ChatSocket {
  /** Every chat item that was pushed, in order of arrival. */
  items = new Collected();
  /** Every other frame. */
  control = new Collected();

  static async open(url, options) {
    const socket = new ChatSocket(url, options);
    await socket.control.first(
      (frame) => frame.topic === 'aws/subscribe' && frame.content?.status === 'success',
      `subscribed on ${url}`,
    );
    return socket;
  }

  constructor(url, options) {
    this.ws = new WebSocket(url, options);
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.ws.on('error', () => {}); // a close always follows
    this.ws.on('open', () => this.send({ topic: 'aws/subscribe', content: { topics: ['aws/chat'] } }));
    this.ws.on('message', (data) => this.#receive(data.toString()));
  }

  #receive(text) {
    if (text === '') return;
    const frame = JSON.parse(text); // ChatJS breaks on anything else, so do we
    if (frame.topic === 'aws/chat') this.items.push(JSON.parse(frame.content));
    else this.control.push(frame);
  }

  send(frame) {
    this.ws.send(JSON.stringify(frame));
  }

  /** Waits for the server to close. */
  untilClosed(what = 'the server closes the socket') {
    return within(this.closed, what);
  }

  close() {
    this.ws.close(1000);
    return this.closed;
  }
}
