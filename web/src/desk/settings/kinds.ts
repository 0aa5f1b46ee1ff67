// All kinds of settings, by the names that addresses and texts have for them.

import { predefined, security, users } from './people-kinds.ts';
import { hours, profiles, queues, quick, statuses } from './routing-kinds.ts';
import { dispositions, flows, keys, origins, publicKeys, replies, views, widgets } from './site-kinds.ts';

export const KINDS = {
  queues,
  hours,
  profiles,
  users,
  quick,
  statuses,
  predefined,
  security,
  dispositions,
  replies,
  views,
  widgets,
  origins,
  keys,
  publicKeys,
  flows,
};
export type KindName = keyof typeof KINDS;

/** What the page of settings shows, in this order; flows have a page of their own. */
export const GROUPS = [
  ['groupRouting', ['queues', 'hours', 'profiles', 'quick']],
  ['groupPeople', ['users', 'security', 'predefined', 'statuses']],
  ['groupChats', ['flows', 'views', 'replies', 'dispositions']],
  ['groupSite', ['widgets', 'origins', 'keys', 'publicKeys']],
] as const satisfies readonly (readonly [string, readonly KindName[]])[];

/** Kinds that only administrators may see. */
export const SECRET: readonly KindName[] = ['keys'];
