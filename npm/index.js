// Starts `perch try` as a process of its own and speaks with its /try endpoints.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const running = new Set();
// How perch begins to tell, at its end, where it was more lenient than Amazon.
const SUMMARY = 'Amazon would not have let these calls pass';
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts perch and returns when it answers. */
export async function startPerch({ binary = process.env.PERCH_BIN || 'perch', clock, fixture, functions, strict, explain, startWithin = 30_000, args = [] } = {}) {
  const given = ['try', '--json', '--listen', '127.0.0.1:0', '--starts-per-minute', '0'];
  if (clock) given.push('--clock', clock instanceof Date ? clock.toISOString() : clock);
  if (fixture) given.push('--fixture', fixture);
  if (functions) given.push('--functions', functions);
  if (strict) given.push(strict === true ? '--strict' : `--strict=${strict.join(',')}`);
  if (explain) given.push('--explain');
  // Settings of the developer's own shell are not those of a test.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PERCH_')));
  const child = spawn(binary, [...given, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let log = '';
  child.stderr.on('data', (chunk) => { log = (log + chunk).slice(-50_000); });
  const ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => { running.delete(child); resolve(code ?? signal); });
  });
  const line = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`perch was not ready in ${startWithin} ms:\n${log}`)), startWithin);
    const fail = (error) => { clearTimeout(timer); child.kill('SIGKILL'); reject(error); };
    child.once('error', (error) => fail(new Error(`${binary} could not be started (${error.message}): set PERCH_BIN to where perch is`)));
    ended.then((how) => fail(new Error(`perch ended (${how}) before it was ready:\n${log}`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (!text.startsWith('{')) return; // how perch is used, where it was not used well: it ends now
      clearTimeout(timer);
      resolve(text);
    });
  });
  return new Perch(JSON.parse(line), child, ended, () => log, explain);
}

class Perch {
  #child;
  #ended;
  #log;
  #explain;

  constructor(info, child, ended, log, explain) {
    this.info = info;
    this.endpoint = info.Endpoint;
    this.region = info.Region;
    this.instanceId = info.InstanceId;
    this.contactFlowId = info.ContactFlowId;
    this.credentials = { accessKeyId: info.AccessKeyId, secretAccessKey: info.SecretAccessKey };
    this.#child = child;
    this.#ended = ended;
    this.#log = log;
    this.#explain = explain;
  }

  /** Options for the constructors of Amazon's SDK clients. */
  get sdk() {
    return { region: this.region, endpoint: this.endpoint, credentials: this.credentials };
  }

  /** What perch has logged so far, the end of it. */
  get log() {
    return this.#log();
  }

  async #ask(method, path, body) {
    const response = await fetch(new URL(path, this.endpoint), { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${answer.Message}`);
    return answer;
  }

  async now() {
    return new Date((await this.#ask('GET', '/try/clock')).Now);
  }

  async advance(by) {
    return new Date((await this.#ask('POST', '/try/clock', { Advance: typeof by === 'number' ? `${by}ms` : by })).Now);
  }

  async moveTo(to) {
    return new Date((await this.#ask('POST', '/try/clock', { To: to instanceof Date ? to.toISOString() : to })).Now);
  }

  settle() {
    return this.advance('0s');
  }

  async reset() {
    await this.#ask('POST', '/try/reset');
  }

  fixture() {
    return this.#ask('GET', '/try');
  }

  fault(fault) {
    return this.#ask('POST', '/try/faults', fault);
  }

  faults() {
    return this.#ask('GET', '/try/faults');
  }

  clearFaults(id = '') {
    return this.#ask('DELETE', `/try/faults${id && `/${id}`}`);
  }

  /** Holds calls to Amazon's rules from now on: all by default, those named, or none by an empty list. */
  strict(rules = ['all'], { explain = true } = {}) {
    return this.#ask('POST', '/try/strict', { Rules: rules, Explain: explain });
  }

  /** Where perch let pass what Amazon would not, since the start or the last reset. */
  async explain() {
    return (await this.#ask('GET', '/try/explain')).Findings;
  }

  /** Starts a chat as a page does, and gives what ChatJS wants as chatDetails. */
  async startChat({ name = 'Customer', customerId, sourceContactId, rehydrationType = 'ENTIRE_PAST_SESSION', attributes, contactFlowId = this.contactFlowId } = {}) {
    const body = {
      InstanceId: this.instanceId, ContactFlowId: contactFlowId, ParticipantDetails: { DisplayName: name },
      ...(customerId && { CustomerId: customerId }), ...(attributes && { Attributes: attributes }),
      ...(sourceContactId && { PersistentChat: { SourceContactId: sourceContactId, RehydrationType: rehydrationType } }),
    };
    const answer = await this.#ask('POST', '/Prod/', body);
    const { ContactId, ParticipantId, ParticipantToken } = answer.data.startChatResult;
    return { contactId: ContactId, participantId: ParticipantId, participantToken: ParticipantToken };
  }

  /** Signs in an agent, who is Available from then on. */
  async agent(username = 'agent1') {
    const login = (await this.fixture()).Agents.find((each) => each.Username === username);
    if (!login) throw new Error(`there is no agent ${username}`);
    const { AgentToken } = await this.#ask('POST', '/agent/login', { ...login, InstanceId: this.instanceId });
    const agent = new Agent(this, AgentToken);
    await agent.status('Available');
    await this.settle();
    return agent;
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await this.#ended;
    const found = this.#explain ? this.log.lastIndexOf(SUMMARY) : -1;
    if (found >= 0) process.stderr.write(this.log.slice(found));
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop();
  }
}

class Agent {
  #perch;
  #token;

  constructor(perch, token) {
    this.#perch = perch;
    this.#token = token;
  }

  async #call(method, path, body, headers = { authorization: `Bearer ${this.#token}` }) {
    const response = await fetch(new URL(path, this.#perch.endpoint), {
      method, headers: { 'content-type': 'application/json', ...headers }, body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message ?? answer.Message}`);
    return answer;
  }

  async status(name) {
    await this.#call('PUT', '/agent/status', { Status: name });
  }

  async contacts() {
    return (await this.#call('GET', '/agent/contacts')).Contacts;
  }

  /** Accepts the contact that is offered, and joins its chat. */
  async take() {
    const offered = (await this.contacts()).find((each) => each.State === 'INCOMING');
    if (!offered) throw new Error('nothing is offered to the agent');
    const { ParticipantToken } = await this.#call('POST', `/agent/contacts/${offered.ContactId}/accept`, {});
    const { ConnectionCredentials } = await this.#call('POST', '/participant/connection',
      { Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: true }, { 'x-amz-bearer': ParticipantToken });
    const bearer = { 'x-amz-bearer': ConnectionCredentials.ConnectionToken };
    await this.#perch.settle();
    return {
      contactId: offered.ContactId,
      connectionToken: ConnectionCredentials.ConnectionToken,
      say: async (text) => {
        await this.#call('POST', '/participant/message', { ContentType: 'text/plain', Content: text }, bearer);
        await this.#perch.settle();
      },
      end: async () => {
        await this.#call('POST', `/agent/contacts/${offered.ContactId}/end`, {});
        await this.#perch.settle();
        await this.#call('POST', `/agent/contacts/${offered.ContactId}/clear`, {});
        await this.#perch.settle();
      },
    };
  }
}
