// An agent's work: sign-in, status, offers, transfers. What an agent says goes through lib/participant.mjs.

import { eventually } from './wait.mjs';

export class AgentError extends Error {
  constructor(path, status, type, body) {
    super(`${path}: ${status} ${type} ${JSON.stringify(body)}`);
    this.name = type;
    this.status = status;
  }
}

async function call(endpoint, token, method, path, body) {
  const response = await fetch(new URL(path, endpoint), {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  const reply = text ? JSON.parse(text) : {};
  if (!response.ok) {
    const type = response.headers.get('x-amzn-errortype')?.split(/[:,]/)[0] ?? reply.__type ?? 'unknown';
    throw new AgentError(path, response.status, type, reply);
  }
  return reply;
}

export async function signIn(endpoint, { Username, Password, InstanceId }) {
  const { AgentToken, User } = await call(endpoint, null, 'POST', '/agent/login', { Username, Password, InstanceId });
  return new Agent(endpoint, AgentToken, User);
}

class Agent {
  #call;

  #status;

  constructor(endpoint, token, user) {
    this.#take(endpoint, token, user);
  }

  #take(endpoint, token, user) {
    this.user = user;
    this.#call = (method, path, body) => call(endpoint, token, method, path, body);
  }

  /** Signs in anew, at a server that does not know the agent yet, with the status that was set last. */
  async again(endpoint, { Username, Password }) {
    const { AgentToken, User } = await call(endpoint, null, 'POST', '/agent/login', { Username, Password });
    this.#take(endpoint, AgentToken, User);
    if (this.#status) await this.status(this.#status);
  }

  me() {
    return this.#call('GET', '/agent/me');
  }

  status(name) {
    this.#status = name;
    return this.#call('PUT', '/agent/status', { Status: name });
  }

  /** Version, status and contacts. */
  work() {
    return this.#call('GET', '/agent/contacts');
  }

  async contacts() {
    return (await this.work()).Contacts;
  }

  /** The address of a socket for all of the agent's work and chats. */
  async connection() {
    return (await this.#call('POST', '/agent/connection')).Websocket;
  }

  /** This agent's row for the contact, once it is in the state; the state null means "no longer listed". */
  contact(contactId, state) {
    return eventually(async () => {
      const row = (await this.contacts()).find((each) => each.ContactId === contactId);
      return state === null ? !row : row?.State === state && row;
    }, `${this.user.Username} has contact ${contactId} ${state ?? 'no longer'}`);
  }

  /** Any call of the agents' API. */
  api(method, path, body) {
    return this.#call(method, `/agent/${path}`, body);
  }

  /** An operation of the Connect API, by the bearer. */
  connect(method, path, body) {
    return this.#call(method, path, body);
  }

  /** A call about a contact. */
  about(contactId, method, path, body) {
    return this.api(method, `contacts/${contactId}/${path}`, body);
  }

  #act(contactId, verb, body = {}) {
    return this.#call('POST', `/agent/contacts/${contactId}/${verb}`, body);
  }

  accept(contactId) {
    return this.#act(contactId, 'accept');
  }

  reject(contactId) {
    return this.#act(contactId, 'reject');
  }

  /** Watches a contact silently; a supervisor's alone, as the next two are. */
  monitor(contactId) {
    return this.#act(contactId, 'monitor');
  }

  barge(contactId) {
    return this.#act(contactId, 'barge');
  }

  leave(contactId) {
    return this.#act(contactId, 'leave');
  }

  transfer(contactId, target) {
    return this.#act(contactId, 'transfer', target);
  }

  end(contactId) {
    return this.#act(contactId, 'end');
  }

  /** Ends after-contact work and waits until the slot is free again. */
  async clear(contactId) {
    await this.contact(contactId, 'ENDED');
    await this.#act(contactId, 'clear');
    await this.contact(contactId, null);
  }

  /** Clears whatever is left over from earlier chats, and goes off line. */
  async goHome() {
    await this.status('Offline');
    for (const row of await this.contacts()) {
      if (['ENDED', 'MISSED', 'REJECTED'].includes(row.State)) await this.#act(row.ContactId, 'clear');
    }
  }

  async quickConnectTo({ username, type }) {
    const { QuickConnects } = await this.me();
    const found = QuickConnects.find((each) => (username ? each.Username === username : each.Type === type));
    if (!found) throw new Error(`${this.user.Username} has no quick connect to ${username ?? type}`);
    return found;
  }
}
