// One person in a chat, by the participant SDK: connection, socket, and what they say and read.

import {
  CreateParticipantConnectionCommand,
  DisconnectParticipantCommand,
  GetTranscriptCommand,
  SendEventCommand,
  SendMessageCommand,
} from '@aws-sdk/client-connectparticipant';
import { CONTENT } from './items.mjs';
import { walk } from './pages.mjs';
import { ChatSocket } from './socket.mjs';

export class Participant {
  /**
   * Connects with a participant token, opens the socket and subscribes. `who` is a StartChatContact response
   * or an agent's accept response; an agent also acknowledges the contact.
   */
  static async join(perch, who, { agent = false } = {}) {
    const person = new Participant(perch, who);
    await person.connect(agent ? { ConnectParticipant: true } : {});
    person.socket = await ChatSocket.open(person.connection.Websocket.Url);
    return person;
  }

  constructor(perch, { ContactId, ParticipantId, ParticipantToken }) {
    this.perch = perch;
    this.contactId = ContactId;
    this.id = ParticipantId;
    this.token = ParticipantToken;
  }

  async connect(more = {}) {
    this.connection = await this.perch.participant.send(new CreateParticipantConnectionCommand({
      ParticipantToken: this.token,
      Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'],
      ...more,
    }));
    return this.connection;
  }

  get bearer() {
    return { ConnectionToken: this.connection.ConnectionCredentials.ConnectionToken };
  }

  /** The items that were pushed to this person's socket. */
  get items() {
    return this.socket.items;
  }

  sees(predicate, what, options) {
    return this.items.first(predicate, what, options);
  }

  say(text, more = {}) {
    return this.perch.participant.send(new SendMessageCommand({
      ...this.bearer, ContentType: CONTENT.text, Content: text, ...more,
    }));
  }

  signal(contentType, content) {
    return this.perch.participant.send(new SendEventCommand({
      ...this.bearer, ContentType: contentType, Content: content && JSON.stringify(content),
    }));
  }

  page(args = {}) {
    return this.perch.participant.send(new GetTranscriptCommand({ ...this.bearer, ...args }));
  }

  /** All pages from the present into the past, or as `args` say. */
  pages(args = {}) {
    return walk((more) => this.page({ ...args, ...more }));
  }

  disconnect() {
    return this.perch.participant.send(new DisconnectParticipantCommand(this.bearer));
  }
}
