// The participant API, called as any client calls it.

export interface Receipt {
  DeliveredTimestamp?: string;
  ReadTimestamp?: string;
  RecipientParticipantId: string;
}
export interface Attachment {
  AttachmentId: string;
  AttachmentName: string;
  ContentType: string;
  Status: string;
}
export interface Item {
  Id: string;
  Type: string;
  ContentType: string;
  AbsoluteTime: string;
  Content?: string;
  ParticipantId?: string;
  ParticipantRole?: string;
  DisplayName?: string;
  ContactId?: string;
  RelatedContactId?: string;
  InitialContactId?: string;
  /** STAFF where no customer sees it. */
  Audience?: string;
  Attachments?: Attachment[];
  MessageMetadata?: { MessageId: string; Receipts?: Receipt[] };
}

export interface Started {
  ContactId: string;
  ParticipantId: string;
  ParticipantToken: string;
}
export interface StartAnswer {
  data: { startChatResult: Started; featurePermissions?: Record<string, boolean> };
  attached?: boolean;
  choose?: boolean;
}

/** An answer that is no success. A status of 0 is no answer at all. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** Whether the same call may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

const EVENT = 'application/vnd.amazonaws.connect.event.';
export const CONTENT = {
  plain: 'text/plain',
  markdown: 'text/markdown',
  interactive: 'application/vnd.amazonaws.connect.message.interactive',
  response: 'application/vnd.amazonaws.connect.message.interactive.response',
  typing: `${EVENT}typing`,
  read: `${EVENT}message.read`,
  delivered: `${EVENT}message.delivered`,
  joined: `${EVENT}participant.joined`,
  left: `${EVENT}participant.left`,
  ended: `${EVENT}chat.ended`,
  idle: `${EVENT}participant.idle`,
  returned: `${EVENT}participant.returned`,
  silent: `${EVENT}participant.autodisconnection`,
  rehydrated: `${EVENT}chat.rehydrated`,
  transferred: `${EVENT}transfer.succeeded`,
  renamed: `${EVENT}participant.displayname.updated`,
  signIn: `${EVENT}authentication.initiated`,
  signedIn: `${EVENT}authentication.succeeded`,
  signInFailed: `${EVENT}authentication.failed`,
  signInLate: `${EVENT}authentication.timeout`,
  signInDeclined: `${EVENT}authentication.cancelled`,
};

const LONGEST = 20_000; // milliseconds that an answer may take

async function call(path: string, init: RequestInit, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), LONGEST);
  const gone = () => stop.abort();
  if (signal?.aborted) gone();
  signal?.addEventListener('abort', gone);
  let response: Response;
  let reply: Record<string, unknown>;
  try {
    response = await fetch(path, { ...init, signal: stop.signal });
    const text = await response.text();
    reply = text ? JSON.parse(text) : {};
  } catch (error) {
    throw new Refused(0, String(error));
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', gone);
  }
  if (!response.ok) throw new Refused(response.status, String(reply.message ?? reply.Message ?? response.status));
  return reply;
}

export const post = <T>(path: string, body: unknown, bearer?: string, signal?: AbortSignal) =>
  call(
    path,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer ? { 'x-amz-bearer': bearer } : {}) },
      body: JSON.stringify(body),
    },
    signal,
  ) as Promise<T>;

export const get = <T>(path: string, bearer: string, signal?: AbortSignal) =>
  call(path, { headers: { 'x-amz-bearer': bearer } }, signal) as Promise<T>;

export interface Connection {
  Websocket: { Url: string };
  ConnectionCredentials: { ConnectionToken: string; Expiry: string };
}

export const connect = (participantToken: string, signal: AbortSignal) =>
  post<Connection>('/participant/connection', { Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'] }, participantToken, signal);

export interface Page {
  Transcript: Item[];
  NextToken?: string;
}

const page = (path: string) => (bearer: string, more: { NextToken?: string; MaxResults: number }, signal?: AbortSignal) =>
  post<Page>(path, { ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING', ...more }, bearer, signal);
export const transcript = page('/participant/transcript');
/** The same of a chat that has ended, by its participant token: perch's own call. */
export const endedTranscript = page('/perch/transcript/ended');

export const uuid = () =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
