// The kinds of settings: how each is listed, read, made, changed and deleted by the Connect API, and what its form asks for.

import type { Session } from '../session.ts';
import type { Key } from '../texts.ts';

export type Values = Record<string, unknown>;
export interface Listed { id: string; name: string; more?: string }

export type Input =
  | { type: 'text' | 'area' | 'email'; max?: number }
  | { type: 'password' }
  | { type: 'number'; least: number; most: number }
  | { type: 'check' }
  | { type: 'select'; of: KindName | { value: string; key?: Key; text?: string }[]; none?: boolean; when?: (flow: Listed) => boolean }
  | { type: 'list'; max: number }
  | { type: 'hours' } | { type: 'queues' } | { type: 'zone' };

export interface Field { name: string; label: Key; input: Input; required?: boolean; onlyNew?: boolean; onlyIf?(values: Values): boolean; help?: Key }

export interface Kind {
  fields: Field[];
  fresh: Values;
  list(s: Session): Promise<Listed[]>;
  read(s: Session, id: string): Promise<Values>;
  create(s: Session, values: Values): Promise<string>;
  save(s: Session, id: string, values: Values, before: Values): Promise<void>;
  remove?(s: Session, id: string): Promise<void>;
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

const summaries = (path: string, member: string, query = '', more?: (one: Record<string, string>) => string) => async (s: Session): Promise<Listed[]> =>
  (await all<Record<string, string>>(s, `${path}/${s.instanceId}`, member, query)).map((one) => ({ id: one.Id, name: one.Name ?? one.Username, more: more?.(one) })).sort((a, b) => a.name.localeCompare(b.name));

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const some = (value: unknown) => text(value) || undefined;
const changed = (values: Values, before: Values, ...names: string[]) => names.some((name) => JSON.stringify(values[name]) !== JSON.stringify(before[name]));

const NAME: Field = { name: 'Name', label: 'nameOfIt', input: { type: 'text', max: 127 }, required: true };
const ABOUT: Field = { name: 'Description', label: 'about', input: { type: 'text', max: 250 } };

const queues: Kind = {
  fresh: { Name: '', Description: '', HoursOfOperationId: '', MaxContacts: '', Enabled: true },
  fields: [NAME, ABOUT, { name: 'HoursOfOperationId', label: 'hours', input: { type: 'select', of: 'hours' }, required: true },
    { name: 'MaxContacts', label: 'maxContacts', input: { type: 'number', least: 0, most: 1_000_000 }, help: 'maxContactsHelp' }, { name: 'Enabled', label: 'enabled', input: { type: 'check' } }],
  list: summaries('/queues-summary', 'QueueSummaryList', 'queueTypes=STANDARD'),
  async read(s, id) {
    const { Queue } = await s.call<{ Queue: Values }>('GET', `/queues/${s.instanceId}/${id}`);
    return { ...queues.fresh, ...Queue, MaxContacts: Queue.MaxContacts ?? '', Enabled: Queue.Status !== 'DISABLED' };
  },
  async create(s, v) {
    const { QueueId } = await s.call<{ QueueId: string }>('PUT', `/queues/${s.instanceId}`, { Name: text(v.Name), Description: some(v.Description), HoursOfOperationId: v.HoursOfOperationId, MaxContacts: v.MaxContacts === '' ? undefined : v.MaxContacts });
    if (!v.Enabled) await s.call('POST', `/queues/${s.instanceId}/${QueueId}/status`, { Status: 'DISABLED' });
    return QueueId;
  },
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/queues/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: some(v.Description) });
    if (changed(v, b, 'HoursOfOperationId')) await post('hours-of-operation', { HoursOfOperationId: v.HoursOfOperationId });
    if (changed(v, b, 'MaxContacts')) await post('max-contacts', v.MaxContacts === '' ? {} : { MaxContacts: v.MaxContacts });
    if (changed(v, b, 'Enabled')) await post('status', { Status: v.Enabled ? 'ENABLED' : 'DISABLED' });
  },
  remove: async (s, id) => { await s.call('DELETE', `/queues/${s.instanceId}/${id}`); },
};

const hours: Kind = {
  fresh: { Name: '', Description: '', TimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, Config: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map((Day) => ({ Day, StartTime: { Hours: 9, Minutes: 0 }, EndTime: { Hours: 17, Minutes: 0 } })) },
  fields: [NAME, ABOUT, { name: 'TimeZone', label: 'timeZone', input: { type: 'zone' }, required: true }, { name: 'Config', label: 'openHours', input: { type: 'hours' } }],
  list: summaries('/hours-of-operations-summary', 'HoursOfOperationSummaryList'),
  read: async (s, id) => ({ ...hours.fresh, Description: '', ...(await s.call<{ HoursOfOperation: Values }>('GET', `/hours-of-operations/${s.instanceId}/${id}`)).HoursOfOperation }),
  create: async (s, v) => (await s.call<{ HoursOfOperationId: string }>('PUT', `/hours-of-operations/${s.instanceId}`, { Name: text(v.Name), Description: some(v.Description), TimeZone: v.TimeZone, Config: v.Config })).HoursOfOperationId,
  save: async (s, id, v) => { await s.call('POST', `/hours-of-operations/${s.instanceId}/${id}`, { Name: text(v.Name), Description: text(v.Description), TimeZone: v.TimeZone, Config: v.Config }); },
  remove: async (s, id) => { await s.call('DELETE', `/hours-of-operations/${s.instanceId}/${id}`); },
};

export interface Served { QueueId: string; Priority: number; Delay: number }
const reference = (q: Served) => ({ QueueReference: { QueueId: q.QueueId, Channel: 'CHAT' }, Priority: q.Priority, Delay: q.Delay });

const profiles: Kind = {
  fresh: { Name: '', Description: '', Concurrency: 5, DefaultOutboundQueueId: '', Queues: [] },
  fields: [NAME, ABOUT, { name: 'Concurrency', label: 'concurrency', input: { type: 'number', least: 1, most: 10 }, required: true },
    { name: 'DefaultOutboundQueueId', label: 'outbound', input: { type: 'select', of: 'queues' } }, { name: 'Queues', label: 'queues', input: { type: 'queues' } }],
  list: summaries('/routing-profiles-summary', 'RoutingProfileSummaryList'),
  async read(s, id) {
    const { RoutingProfile: p } = await s.call<{ RoutingProfile: Values & { MediaConcurrencies?: { Channel: string; Concurrency: number }[] } }>('GET', `/routing-profiles/${s.instanceId}/${id}`);
    const served = await all<Served & { Channel: string }>(s, `/routing-profiles/${s.instanceId}/${id}/queues`, 'RoutingProfileQueueConfigSummaryList');
    return { ...profiles.fresh, ...p, Concurrency: p.MediaConcurrencies?.find((each) => each.Channel === 'CHAT')?.Concurrency ?? 1,
      Queues: served.filter((each) => each.Channel === 'CHAT').map(({ QueueId, Priority, Delay }) => ({ QueueId, Priority, Delay })) };
  },
  create: async (s, v) => (await s.call<{ RoutingProfileId: string }>('PUT', `/routing-profiles/${s.instanceId}`, { Name: text(v.Name), Description: text(v.Description) || text(v.Name), DefaultOutboundQueueId: v.DefaultOutboundQueueId || (v.Queues as Served[])[0]?.QueueId || '',
    MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: v.Concurrency }], QueueConfigs: (v.Queues as Served[]).length ? (v.Queues as Served[]).map(reference) : undefined })).RoutingProfileId,
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/routing-profiles/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: some(v.Description) });
    if (changed(v, b, 'Concurrency')) await post('concurrency', { MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: v.Concurrency }] });
    if (v.DefaultOutboundQueueId && changed(v, b, 'DefaultOutboundQueueId')) await post('default-outbound-queue', { DefaultOutboundQueueId: v.DefaultOutboundQueueId });
    if (!changed(v, b, 'Queues')) return;
    const [now, then] = [v.Queues as Served[], b.Queues as Served[]];
    const gone = then.filter((each) => !now.some((one) => one.QueueId === each.QueueId));
    const come = now.filter((each) => !then.some((one) => one.QueueId === each.QueueId));
    const other = now.filter((each) => then.some((one) => one.QueueId === each.QueueId && (one.Priority !== each.Priority || one.Delay !== each.Delay)));
    if (come.length) await post('associate-queues', { QueueConfigs: come.map(reference) });
    if (other.length) await post('queues', { QueueConfigs: other.map(reference) });
    if (gone.length) await post('disassociate-queues', { QueueReferences: gone.map((each) => reference(each).QueueReference) });
  },
  remove: async (s, id) => { await s.call('DELETE', `/routing-profiles/${s.instanceId}/${id}`); },
};

const identity = (v: Values) => ({ FirstName: some(v.FirstName), LastName: some(v.LastName), Email: some(v.Email) });
const phone = (v: Values) => ({ PhoneType: 'SOFT_PHONE', AutoAccept: v.AutoAccept, AfterContactWorkTimeLimit: v.AfterContactWork === '' ? 0 : v.AfterContactWork });

const users: Kind = {
  fresh: { Username: '', Password: '', FirstName: '', LastName: '', Email: '', RoutingProfileId: '', SecurityProfileId: '', AutoAccept: false, AfterContactWork: 0 },
  fields: [{ name: 'Username', label: 'username', input: { type: 'text', max: 100 }, required: true, onlyNew: true }, { name: 'Password', label: 'password', input: { type: 'password' }, required: true, onlyNew: true, help: 'passwordHelp' },
    { name: 'FirstName', label: 'firstName', input: { type: 'text', max: 255 } }, { name: 'LastName', label: 'lastName', input: { type: 'text', max: 255 } }, { name: 'Email', label: 'email', input: { type: 'email' } },
    { name: 'SecurityProfileId', label: 'securityProfile', input: { type: 'select', of: 'security' }, required: true }, { name: 'RoutingProfileId', label: 'routingProfile', input: { type: 'select', of: 'profiles' }, required: true },
    { name: 'AutoAccept', label: 'autoAccept', input: { type: 'check' } }, { name: 'AfterContactWork', label: 'acwLimit', input: { type: 'number', least: 0, most: 2_000_000 }, help: 'acwHelp' }],
  list: summaries('/users-summary', 'UserSummaryList'),
  async read(s, id) {
    const { User: u } = await s.call<{ User: Values & { IdentityInfo?: Values; PhoneConfig?: Values; SecurityProfileIds?: string[] } }>('GET', `/users/${s.instanceId}/${id}`);
    return { ...users.fresh, ...u.IdentityInfo, Username: u.Username, RoutingProfileId: u.RoutingProfileId, SecurityProfileId: u.SecurityProfileIds?.[0] ?? '',
      AutoAccept: !!u.PhoneConfig?.AutoAccept, AfterContactWork: u.PhoneConfig?.AfterContactWorkTimeLimit ?? 0 };
  },
  create: async (s, v) => (await s.call<{ UserId: string }>('PUT', `/users/${s.instanceId}`, { Username: text(v.Username), Password: v.Password, IdentityInfo: identity(v), PhoneConfig: phone(v), SecurityProfileIds: [v.SecurityProfileId], RoutingProfileId: v.RoutingProfileId })).UserId,
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/users/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'FirstName', 'LastName', 'Email')) await post('identity-info', { IdentityInfo: identity(v) });
    if (changed(v, b, 'RoutingProfileId')) await post('routing-profile', { RoutingProfileId: v.RoutingProfileId });
    if (changed(v, b, 'SecurityProfileId')) await post('security-profiles', { SecurityProfileIds: [v.SecurityProfileId] });
    if (changed(v, b, 'AutoAccept', 'AfterContactWork')) await post('phone-config', { PhoneConfig: phone(v) });
  },
  remove: async (s, id) => { await s.call('DELETE', `/users/${s.instanceId}/${id}`); },
};

const target = (v: Values) => ({ QuickConnectConfig: v.Type === 'USER'
  ? { QuickConnectType: 'USER', UserConfig: { UserId: v.UserId, ContactFlowId: v.UserFlow } } : { QuickConnectType: 'QUEUE', QueueConfig: { QueueId: v.QueueId, ContactFlowId: v.QueueFlow } } });

const quick: Kind = {
  fresh: { Name: '', Description: '', Type: 'QUEUE', UserId: '', QueueId: '', UserFlow: '', QueueFlow: '' },
  fields: [NAME, ABOUT, { name: 'Type', label: 'leadsTo', input: { type: 'select', of: [{ value: 'QUEUE', key: 'queue' }, { value: 'USER', key: 'agentOne' }] }, required: true },
    { name: 'QueueId', label: 'queue', input: { type: 'select', of: 'queues' }, required: true, onlyIf: (v) => v.Type === 'QUEUE' }, { name: 'QueueFlow', label: 'flow', input: { type: 'select', of: 'flows', when: (flow) => flow.more === 'QUEUE_TRANSFER' }, required: true, onlyIf: (v) => v.Type === 'QUEUE' },
    { name: 'UserId', label: 'agentOne', input: { type: 'select', of: 'users' }, required: true, onlyIf: (v) => v.Type === 'USER' }, { name: 'UserFlow', label: 'flow', input: { type: 'select', of: 'flows', when: (flow) => flow.more === 'AGENT_TRANSFER' }, required: true, onlyIf: (v) => v.Type === 'USER' }],
  list: summaries('/quick-connects', 'QuickConnectSummaryList', '', (one) => one.QuickConnectType),
  async read(s, id) {
    const { QuickConnect: q } = await s.call<{ QuickConnect: Values & { QuickConnectConfig: { QuickConnectType: string; UserConfig?: Values; QueueConfig?: Values } } }>('GET', `/quick-connects/${s.instanceId}/${id}`);
    const { QuickConnectType, UserConfig, QueueConfig } = q.QuickConnectConfig;
    return { ...quick.fresh, Name: q.Name, Description: q.Description ?? '', Type: QuickConnectType, UserId: UserConfig?.UserId ?? '', UserFlow: UserConfig?.ContactFlowId ?? '', QueueId: QueueConfig?.QueueId ?? '', QueueFlow: QueueConfig?.ContactFlowId ?? '' };
  },
  create: async (s, v) => (await s.call<{ QuickConnectId: string }>('PUT', `/quick-connects/${s.instanceId}`, { Name: text(v.Name), Description: some(v.Description), ...target(v) })).QuickConnectId,
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/quick-connects/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: text(v.Description) });
    if (changed(v, b, 'Type', 'UserId', 'UserFlow', 'QueueId', 'QueueFlow')) await post('config', target(v));
  },
  remove: async (s, id) => { await s.call('DELETE', `/quick-connects/${s.instanceId}/${id}`); },
};

const statuses: Kind = {
  fresh: { Name: '', Description: '', DisplayOrder: '', Enabled: true },
  fields: [NAME, ABOUT, { name: 'DisplayOrder', label: 'order', input: { type: 'number', least: 1, most: 50 } }, { name: 'Enabled', label: 'enabled', input: { type: 'check' } }],
  list: summaries('/agent-status', 'AgentStatusSummaryList', '', (one) => one.Type),
  async read(s, id) {
    const { AgentStatus: a } = await s.call<{ AgentStatus: Values }>('GET', `/agent-status/${s.instanceId}/${id}`);
    return { ...statuses.fresh, Name: a.Name, Description: a.Description ?? '', DisplayOrder: a.DisplayOrder ?? '', Enabled: a.State !== 'DISABLED' };
  },
  create: async (s, v) => (await s.call<{ AgentStatusId: string }>('PUT', `/agent-status/${s.instanceId}`, { Name: text(v.Name), Description: some(v.Description), State: v.Enabled ? 'ENABLED' : 'DISABLED', DisplayOrder: v.DisplayOrder === '' ? undefined : v.DisplayOrder })).AgentStatusId,
  save: async (s, id, v) => { await s.call('POST', `/agent-status/${s.instanceId}/${id}`, { Name: text(v.Name), Description: text(v.Description), State: v.Enabled ? 'ENABLED' : 'DISABLED', DisplayOrder: v.DisplayOrder === '' ? undefined : v.DisplayOrder }); },
};

const only = (what: string) => async (): Promise<never> => { throw new Error(`${what} are not changed here`); };
const security: Kind = {
  fresh: {}, fields: [], list: summaries('/security-profiles-summary', 'SecurityProfileSummaryList'), read: async () => ({}), create: only('security profiles'), save: only('security profiles'),
};
export const flows: Kind = {
  fresh: {}, fields: [], list: summaries('/contact-flows-summary', 'ContactFlowSummaryList', '', (one) => one.ContactFlowType), read: async () => ({}), create: only('flows'), save: only('flows'),
};

const own = (path: string, member: string, fresh: Values, fields: Field[], shown: (one: Values) => Omit<Listed, 'id'>): Kind => {
  const read = async (s: Session) => (await s.call<Record<string, (Values & { Id: string })[]>>('GET', path))[member];
  return {
    fresh, fields,
    list: async (s) => (await read(s)).map((one) => ({ id: one.Id, ...shown(one) })),
    read: async (s, id) => ({ ...fresh, ...(await read(s)).find((one) => one.Id === id) }),
    create: async (s, v) => (await s.call<{ Id: string }>('POST', path, v)).Id,
    save: async (s, id, v) => { await s.call('PUT', `${path}/${id}`, Object.fromEntries(Object.keys(fresh).map((name) => [name, v[name]]))); },
    remove: async (s, id) => { await s.call('DELETE', `${path}/${id}`); },
  };
};

const dispositions = own('/agent/dispositions', 'Dispositions', { Code: '', Description: '' },
  [{ name: 'Code', label: 'code', input: { type: 'text', max: 64 }, required: true }, ABOUT], (one) => ({ name: String(one.Code), more: String(one.Description ?? '') }));
const replies = own('/agent/replies', 'Replies', { Shortcut: '', Name: '', Text: '', Queues: [] },
  [{ name: 'Shortcut', label: 'shortcut', input: { type: 'text', max: 64 }, required: true }, { ...NAME, required: false }, { name: 'Text', label: 'textOfIt', input: { type: 'area' }, required: true, help: 'replyHelp' }],
  (one) => ({ name: `/${one.Shortcut}`, more: String(one.Name ?? '') }));

export const KINDS = { queues, hours, profiles, users, quick, statuses, dispositions, replies, security, flows };
export type KindName = keyof typeof KINDS;
/** What the page of settings shows, in this order; flows have a page of their own. */
export const SHOWN = ['queues', 'hours', 'profiles', 'users', 'quick', 'statuses', 'dispositions', 'replies'] as const;
