// The line of a customer: a bearer and a socket, both made anew whenever they are gone.

import { Socket } from './socket.ts';
import { connect, type Item } from './wire.ts';

export class Line extends Socket {
  bearer = '';

  constructor(token: string, on: { item(item: Item): void; up(): void; down(): void; refused(): void }) {
    super({
      ...on,
      connect: async (signal) => {
        const { ConnectionCredentials, Websocket } = await connect(token, signal);
        if (!signal.aborted) this.bearer = ConnectionCredentials.ConnectionToken;
        return { url: Websocket.Url, expiry: Date.parse(ConnectionCredentials.Expiry) };
      },
      topics: () => ['aws/chat'],
      frame: (topic, content) => {
        if (topic === 'aws/chat') on.item(JSON.parse(content));
      },
    });
  }
}
