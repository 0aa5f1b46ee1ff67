// The contacts of the floor: what is asked for, pages of them, and all as a table for other programs.

import type { ContactRecord } from '../desk.ts';
import type { Session } from '../session.ts';

export type State = 'FLOW' | 'WAITING' | 'CONNECTED' | 'ENDED';
export interface FloorContact {
  Contact: ContactRecord & { EnqueueTimestamp?: string };
  State: State;
}
export type Sort = 'started' | 'connected' | 'ended';
/** Days are this person's days; empty is any. */
export interface Asked {
  state: string;
  queueId: string;
  agentId: string;
  customer: string;
  from: string;
  till: string;
  sort: Sort;
  order: 'ascending' | 'descending';
}
export interface Page {
  Contacts: FloorContact[];
  NextToken?: string;
}

const midnight = (day: string, later = 0) => {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
};

export const noneAsked = (): Asked => ({
  state: '',
  queueId: '',
  agentId: '',
  customer: '',
  from: '',
  till: '',
  sort: 'started',
  order: 'descending',
});

export function page(session: Session, asked: Partial<Asked>, nextToken = '', stop?: AbortSignal): Promise<Page> {
  const days = { from: asked.from ? midnight(asked.from) : '', till: asked.till ? midnight(asked.till, 1) : '' };
  const all = Object.entries({ ...asked, ...days, maxResults: '100', nextToken }).filter(([, value]) => value?.trim());
  return session.call<Page>('GET', `/agent/floor/contacts?${new URLSearchParams(all as [string, string][])}`, undefined, stop);
}

/** How long a contact has been, or was, in milliseconds. */
export const length = ({ Contact: one }: FloorContact, now: number) =>
  (one.DisconnectTimestamp ? Date.parse(one.DisconnectTimestamp) : now) - Date.parse(one.InitiationTimestamp);

/** All contacts that are asked for, page by page; told how many there are so far. */
export async function every(session: Session, asked: Asked, told: (n: number) => void, stop: AbortSignal): Promise<FloorContact[]> {
  const found: FloorContact[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const some: Page = await page(session, asked, next, stop);
    found.push(...some.Contacts);
    told(found.length);
    next = some.NextToken;
  }
  return found;
}

/** A cell of RFC 4180. What a spreadsheet would take for a formula is made text by an apostrophe before it. */
function cell(value: string) {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as a file that spreadsheets open: UTF-8 with a byte order mark, CRLF. */
export const csv = (rows: string[][]) =>
  new Blob([`\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`], { type: 'text/csv;charset=utf-8' });
