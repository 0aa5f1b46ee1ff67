// What a kind of setting is: how its settings are listed, read, made, changed and deleted by the public APIs, and what its form asks for.

import type { ComponentType } from 'preact';
import type { Session } from '../session.ts';
import type { Key, Words } from '../texts.ts';
import type { KindName } from './kinds.ts';

export type Values = Record<string, unknown>;
export interface Listed {
  id: string;
  name: string;
  more?: string;
}

export type Input =
  | { type: 'text' | 'area' | 'email' | 'code'; max?: number }
  | { type: 'password' }
  | { type: 'number'; least: number; most: number }
  | { type: 'check' }
  | { type: 'colour'; plain: string }
  | { type: 'picture' }
  | { type: 'select'; of: KindName | { value: string; key?: Key; text?: string }[]; when?: (one: Listed) => boolean }
  | { type: 'some'; of: KindName }
  | { type: 'list'; hint?: string }
  | { type: 'hours' }
  | { type: 'overrides' }
  | { type: 'queues' }
  | { type: 'skills' }
  | { type: 'zone' };

export interface Field {
  name: string;
  label: Key;
  input: Input;
  help?: Key;
  required?: boolean;
  onlyNew?: boolean;
  onlyOld?: boolean;
  onlyIf?(values: Values): boolean;
}

/** Secrets that a reply tells this once, each with what it is. */
export type Once = [Key, string][];
export interface Made {
  id: string;
  once?: Once;
}

/** Something besides saving that can be done with a setting. */
export interface Act {
  label: Key;
  sure?: Key;
  onlyIf?(values: Values): boolean;
  run(s: Session, id: string): Promise<{ said?: Key; once?: Once }>;
}

export interface Kind {
  fields: Field[];
  fresh: Values;
  list(s: Session): Promise<Listed[]>;
  read(s: Session, id: string): Promise<Values>;
  create?(s: Session, values: Values): Promise<string | Made>;
  save?(s: Session, id: string, values: Values, before: Values): Promise<void>;
  remove?(s: Session, id: string): Promise<void>;
  acts?: Act[];
  /** Which are there always, and do not change. */
  locked?(values: Values): boolean;
  /** What stands beside the form while it is filled in. */
  Beside?: ComponentType<{ session: Session; words: Words; id: string; values: Values; saved: Values }>;
}

/** All of a list that comes in pages. */
export async function all<T>(s: Session, path: string, member: string, query = ''): Promise<T[]> {
  const found: T[] = [];
  for (let next = ''; ;) {
    const asked = [query, next && `nextToken=${encodeURIComponent(next)}`].filter(Boolean).join('&');
    const page = await s.call<Record<string, unknown>>('GET', `${path}${asked ? `?${asked}` : ''}`);
    found.push(...((page[member] as T[] | undefined) ?? []));
    next = (page.NextToken as string | undefined) ?? '';
    if (!next) return found;
  }
}

export const byName = (a: Listed, b: Listed) => a.name.localeCompare(b.name);

export const summaries =
  (path: string, member: string, query = '', more?: (one: Record<string, string>) => string) =>
  async (s: Session): Promise<Listed[]> =>
    (await all<Record<string, string>>(s, `${path}/${s.instanceId}`, member, query))
      .map((one) => ({ id: one.Id, name: one.Name ?? one.Username, more: more?.(one) }))
      .sort(byName);

export const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
export const some = (value: unknown) => text(value) || undefined;
export const changed = (values: Values, before: Values, ...names: string[]) =>
  names.some((name) => JSON.stringify(values[name]) !== JSON.stringify(before[name]));

/** What has come to a list, what has gone from it, and what stayed under its name and is another. */
export function compare<T>(now: T[], then: T[], name: (one: T) => string) {
  const in_ = (list: T[], one: T) => list.find((each) => name(each) === name(one));
  return {
    come: now.filter((one) => !in_(then, one)),
    gone: then.filter((one) => !in_(now, one)),
    other: now.filter((one) => {
      const old = in_(then, one);
      return old && JSON.stringify(old) !== JSON.stringify(one);
    }),
  };
}

export const NAME: Field = { name: 'Name', label: 'nameOfIt', input: { type: 'text', max: 127 }, required: true };
export const ABOUT: Field = { name: 'Description', label: 'about', input: { type: 'text', max: 250 } };

/** A kind that the agents' API has, where all of a setting is said each time. */
export const own = (path: string, member: string, fresh: Values, fields: Field[], shown: (one: Values) => Omit<Listed, 'id'>): Kind => {
  const read = async (s: Session) => (await s.call<Record<string, (Values & { Id: string })[]>>('GET', path))[member];
  const said = (v: Values) => Object.fromEntries(Object.keys(fresh).map((name) => [name, v[name]]));
  return {
    fresh,
    fields,
    list: async (s) => (await read(s)).map((one) => ({ id: one.Id, ...shown(one) })),
    read: async (s, id) => ({ ...fresh, ...(await read(s)).find((one) => one.Id === id) }),
    create: async (s, v) => (await s.call<{ Id: string }>('POST', path, said(v))).Id,
    save: async (s, id, v) => {
      await s.call('PUT', `${path}/${id}`, said(v));
    },
    remove: async (s, id) => {
      await s.call('DELETE', `${path}/${id}`);
    },
  };
};
