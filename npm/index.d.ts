export interface StartOptions {
  /** The perch binary; PERCH_BIN, or `perch` on the path. */
  binary?: string;
  /** What time it is at first, such as 2026-01-01T09:00:00Z. */
  clock?: string | Date;
  /** `support`, or a directory with a fixture.json, settings as perch apply takes them, stories (*.story.yaml), or several of these. */
  fixture?: string;
  /** The file of functions that flows may call. */
  functions?: string;
  /** Hold calls to Amazon's rules where perch is more lenient: all, or those named. */
  strict?: true | string[];
  /** Note where perch lets pass what Amazon would not; stop() writes a summary to stderr. */
  explain?: boolean;
  /** Milliseconds until perch must answer; 30,000 by default. */
  startWithin?: number;
  /** More arguments of `perch try`. */
  args?: string[];
}

export type FaultKind = 'Throttle' | 'Fail' | 'Unavailable' | 'Delay' | 'LoseTranscript' | 'ExpireTokens' | 'CutSockets' | 'DropFrames' | 'FunctionsDown';

export interface FaultRequest {
  Kind: FaultKind;
  /** An operation of Amazon's, a path, or the name of a function; all if left out. */
  Operation?: string;
  /** After how many effects it is over; until it is cleared if left out. */
  Calls?: number;
  /** From 0 to 1, the same for the same Seed; always if left out. */
  Chance?: number;
  Seed?: number;
  /** Of the kind Delay, such as 2s. */
  Delay?: string;
}

export interface Fault extends FaultRequest {
  Id: string;
  Effects: number;
}

export interface Effect {
  At: string;
  Fault: string;
  Kind: FaultKind;
  What: string;
}

export interface Finding {
  Rule: string;
  /** What Amazon does. */
  Amazon: string;
  /** How many calls perch let pass, and how many it refused since the rule held. */
  Passed: number;
  Refused: number;
  Operations: Record<string, number>;
  Contacts: string[];
  /** Contacts that are not named. */
  More?: number;
}

export interface Strictness {
  Rules: { Rule: string; Operations?: string[]; Amazon: string; Perch: string; Answer: string; Doc: string; Where: string; Holds: boolean }[];
  Explain: boolean;
}

export interface Fixture {
  Agents: { Username: string; Password: string }[];
  Flows: Record<string, string> | null;
  Customers: { Name: string; CustomerId: string; Contacts: string[] }[] | null;
}

export interface ChatOptions {
  name?: string;
  customerId?: string;
  /** A contact of the past chat that this one continues. */
  sourceContactId?: string;
  rehydrationType?: 'ENTIRE_PAST_SESSION' | 'FROM_SEGMENT';
  attributes?: Record<string, string>;
  contactFlowId?: string;
}

export interface ChatDetails {
  contactId: string;
  participantId: string;
  participantToken: string;
}

export interface AgentInChat {
  contactId: string;
  /** For a participant client of your own. */
  connectionToken: string;
  say(text: string): Promise<void>;
  /** Leaves the chat and clears the work after it. */
  end(): Promise<void>;
}

export interface Agent {
  status(name: string): Promise<void>;
  contacts(): Promise<{ ContactId: string; InitialContactId: string; State: string }[]>;
  /** Accepts the contact that is offered. */
  take(): Promise<AgentInChat>;
}

export interface Perch {
  readonly endpoint: string;
  readonly region: string;
  readonly instanceId: string;
  readonly contactFlowId: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  /** For `new ConnectClient(perch.sdk)` and `new ConnectParticipantClient(perch.sdk)`. */
  readonly sdk: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  readonly log: string;
  now(): Promise<Date>;
  /** Moves the clock by milliseconds, or by a span such as 25h or 30d. All that was due has happened when it returns. */
  advance(by: number | string): Promise<Date>;
  moveTo(to: string | Date): Promise<Date>;
  /** Waits until nothing is due. */
  settle(): Promise<Date>;
  /** Back to how it was after the start. */
  reset(): Promise<void>;
  fixture(): Promise<Fixture>;
  fault(fault: FaultRequest): Promise<Fault>;
  faults(): Promise<{ Faults: Fault[]; Log: Effect[] }>;
  clearFaults(id?: string): Promise<unknown>;
  /** Holds calls to Amazon's rules from now on: all by default, those named, or none by an empty list. */
  strict(rules?: string[], options?: { explain?: boolean }): Promise<Strictness>;
  /** Where perch let pass what Amazon would not, since the start or the last reset. */
  explain(): Promise<Finding[]>;
  startChat(options?: ChatOptions): Promise<ChatDetails>;
  agent(username?: string): Promise<Agent>;
  stop(): Promise<void>;
}

export function startPerch(options?: StartOptions): Promise<Perch>;
