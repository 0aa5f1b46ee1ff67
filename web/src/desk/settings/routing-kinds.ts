// The kinds of settings that say which chat comes to whom, and when somebody is there.

import type { Session } from '../session.ts';
import { ABOUT, NAME, all, changed, compare, some, summaries, text, type Kind, type Values } from './kind.ts';

const same = (one: string) => one;

/** Brings a queue's quick connects to what is wanted, at most 50 in a call. */
async function connect(s: Session, id: string, now: string[], then: string[]) {
  const { come, gone } = compare(now, then, same);
  for (const [what, ids] of [
    ['associate-quick-connects', come],
    ['disassociate-quick-connects', gone],
  ] as const) {
    for (let n = 0; n < ids.length; n += 50)
      await s.call('POST', `/queues/${s.instanceId}/${id}/${what}`, { QuickConnectIds: ids.slice(n, n + 50) });
  }
}

export const queues: Kind = {
  fresh: { Name: '', Description: '', HoursOfOperationId: '', MaxContacts: '', Enabled: true, QuickConnects: [] },
  fields: [
    NAME,
    ABOUT,
    { name: 'HoursOfOperationId', label: 'hours', input: { type: 'select', of: 'hours' }, required: true },
    { name: 'MaxContacts', label: 'maxContacts', input: { type: 'number', least: 0, most: 1_000_000 }, help: 'maxContactsHelp' },
    { name: 'QuickConnects', label: 'quick', input: { type: 'some', of: 'quick' }, help: 'queueQuickHelp' },
    { name: 'Enabled', label: 'enabled', input: { type: 'check' } },
  ],
  list: summaries('/queues-summary', 'QueueSummaryList', 'queueTypes=STANDARD'),
  async read(s, id) {
    const { Queue } = await s.call<{ Queue: Values }>('GET', `/queues/${s.instanceId}/${id}`);
    const connects = await all<{ Id: string }>(s, `/queues/${s.instanceId}/${id}/quick-connects`, 'QuickConnectSummaryList');
    return {
      ...queues.fresh,
      ...Queue,
      MaxContacts: Queue.MaxContacts ?? '',
      Enabled: Queue.Status !== 'DISABLED',
      QuickConnects: connects.map((each) => each.Id),
    };
  },
  async create(s, v) {
    const { QueueId } = await s.call<{ QueueId: string }>('PUT', `/queues/${s.instanceId}`, {
      Name: text(v.Name),
      Description: some(v.Description),
      HoursOfOperationId: v.HoursOfOperationId,
      MaxContacts: v.MaxContacts === '' ? undefined : v.MaxContacts,
    });
    await connect(s, QueueId, v.QuickConnects as string[], []);
    if (!v.Enabled) await s.call('POST', `/queues/${s.instanceId}/${QueueId}/status`, { Status: 'DISABLED' });
    return QueueId;
  },
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/queues/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: some(v.Description) });
    if (changed(v, b, 'HoursOfOperationId')) await post('hours-of-operation', { HoursOfOperationId: v.HoursOfOperationId });
    if (changed(v, b, 'MaxContacts')) await post('max-contacts', v.MaxContacts === '' ? {} : { MaxContacts: v.MaxContacts });
    await connect(s, id, v.QuickConnects as string[], b.QuickConnects as string[]);
    if (changed(v, b, 'Enabled')) await post('status', { Status: v.Enabled ? 'ENABLED' : 'DISABLED' });
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/queues/${s.instanceId}/${id}`);
  },
};

export interface Time {
  Hours: number;
  Minutes: number;
}
export interface Open {
  Day: string;
  StartTime: Time;
  EndTime: Time;
}
/** Days on which the hours are others; `Id` is empty until they are saved. */
export interface Override {
  Id: string;
  Name: string;
  From: string;
  Till: string;
  Config: Open[];
}

interface ServedOverride {
  HoursOfOperationOverrideId: string;
  Name: string;
  EffectiveFrom: string;
  EffectiveTill: string;
  Config?: Open[];
}
const said = (o: Override) => ({ Name: o.Name.trim(), EffectiveFrom: o.From, EffectiveTill: o.Till, Config: o.Config });

async function override(s: Session, id: string, now: Override[], then: Override[]) {
  const path = `/hours-of-operations/${s.instanceId}/${id}/overrides`;
  const kept = now.filter((each) => each.Id);
  const { gone, other } = compare(kept, then, (each) => each.Id);
  for (const each of gone) await s.call('DELETE', `${path}/${each.Id}`);
  for (const each of other) await s.call('POST', `${path}/${each.Id}`, said(each));
  for (const each of now.filter((one) => !one.Id)) await s.call('PUT', path, said(each));
}

const WORK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
export const hours: Kind = {
  fresh: {
    Name: '',
    Description: '',
    TimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    Overrides: [],
    Config: WORK.map((Day) => ({ Day, StartTime: { Hours: 9, Minutes: 0 }, EndTime: { Hours: 17, Minutes: 0 } })),
  },
  fields: [
    NAME,
    ABOUT,
    { name: 'TimeZone', label: 'timeZone', input: { type: 'zone' }, required: true },
    { name: 'Config', label: 'openHours', input: { type: 'hours' } },
    { name: 'Overrides', label: 'overrides', input: { type: 'overrides' }, help: 'overridesHelp' },
  ],
  list: summaries('/hours-of-operations-summary', 'HoursOfOperationSummaryList'),
  async read(s, id) {
    const path = `/hours-of-operations/${s.instanceId}/${id}`;
    const { HoursOfOperation } = await s.call<{ HoursOfOperation: Values }>('GET', path);
    const found = await all<ServedOverride>(s, `${path}/overrides`, 'HoursOfOperationOverrideList');
    const Overrides = found.map((o): Override => ({
      Id: o.HoursOfOperationOverrideId,
      Name: o.Name,
      From: o.EffectiveFrom,
      Till: o.EffectiveTill,
      Config: o.Config ?? [],
    }));
    return { ...hours.fresh, Description: '', ...HoursOfOperation, Overrides };
  },
  async create(s, v) {
    const { HoursOfOperationId } = await s.call<{ HoursOfOperationId: string }>('PUT', `/hours-of-operations/${s.instanceId}`, {
      Name: text(v.Name),
      Description: some(v.Description),
      TimeZone: v.TimeZone,
      Config: v.Config,
    });
    await override(s, HoursOfOperationId, v.Overrides as Override[], []);
    return HoursOfOperationId;
  },
  async save(s, id, v, b) {
    if (changed(v, b, 'Name', 'Description', 'TimeZone', 'Config')) {
      await s.call('POST', `/hours-of-operations/${s.instanceId}/${id}`, {
        Name: text(v.Name),
        Description: text(v.Description),
        TimeZone: v.TimeZone,
        Config: v.Config,
      });
    }
    await override(s, id, v.Overrides as Override[], b.Overrides as Override[]);
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/hours-of-operations/${s.instanceId}/${id}`);
  },
};

export interface Served {
  QueueId: string;
  Priority: number;
  Delay: number;
}
const TIMERS = [
  { value: 'TIME_SINCE_LAST_ACTIVITY', key: 'sinceActivity' as const },
  { value: 'TIME_SINCE_LAST_INBOUND', key: 'sinceInbound' as const },
];
const reference = (q: Served) => ({ QueueReference: { QueueId: q.QueueId, Channel: 'CHAT' }, Priority: q.Priority, Delay: q.Delay });

export const profiles: Kind = {
  fresh: {
    Name: '',
    Description: '',
    Concurrency: 5,
    AgentAvailabilityTimer: 'TIME_SINCE_LAST_ACTIVITY',
    DefaultOutboundQueueId: '',
    Queues: [],
  },
  fields: [
    NAME,
    ABOUT,
    { name: 'Concurrency', label: 'concurrency', input: { type: 'number', least: 1, most: 10 }, required: true },
    { name: 'AgentAvailabilityTimer', label: 'idleSince', input: { type: 'select', of: TIMERS }, required: true },
    { name: 'DefaultOutboundQueueId', label: 'outbound', input: { type: 'select', of: 'queues' } },
    { name: 'Queues', label: 'queues', input: { type: 'queues' } },
  ],
  list: summaries('/routing-profiles-summary', 'RoutingProfileSummaryList'),
  async read(s, id) {
    const { RoutingProfile: p } = await s.call<{
      RoutingProfile: Values & { MediaConcurrencies?: { Channel: string; Concurrency: number }[] };
    }>('GET', `/routing-profiles/${s.instanceId}/${id}`);
    const served = await all<Served & { Channel: string }>(
      s,
      `/routing-profiles/${s.instanceId}/${id}/queues`,
      'RoutingProfileQueueConfigSummaryList',
    );
    return {
      ...profiles.fresh,
      ...p,
      Concurrency: p.MediaConcurrencies?.find((each) => each.Channel === 'CHAT')?.Concurrency ?? 1,
      Queues: served.filter((each) => each.Channel === 'CHAT').map(({ QueueId, Priority, Delay }) => ({ QueueId, Priority, Delay })),
    };
  },
  async create(s, v) {
    const served = v.Queues as Served[];
    const { RoutingProfileId } = await s.call<{ RoutingProfileId: string }>('PUT', `/routing-profiles/${s.instanceId}`, {
      Name: text(v.Name),
      Description: text(v.Description) || text(v.Name),
      DefaultOutboundQueueId: v.DefaultOutboundQueueId || served[0]?.QueueId || '',
      MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: v.Concurrency }],
      QueueConfigs: served.length ? served.map(reference) : undefined,
      AgentAvailabilityTimer: v.AgentAvailabilityTimer,
    });
    return RoutingProfileId;
  },
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/routing-profiles/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: some(v.Description) });
    if (changed(v, b, 'Concurrency')) await post('concurrency', { MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: v.Concurrency }] });
    if (v.DefaultOutboundQueueId && changed(v, b, 'DefaultOutboundQueueId'))
      await post('default-outbound-queue', { DefaultOutboundQueueId: v.DefaultOutboundQueueId });
    if (changed(v, b, 'AgentAvailabilityTimer'))
      await post('agent-availability-timer', { AgentAvailabilityTimer: v.AgentAvailabilityTimer });
    const { come, gone, other } = compare(v.Queues as Served[], b.Queues as Served[], (each) => each.QueueId);
    if (come.length) await post('associate-queues', { QueueConfigs: come.map(reference) });
    if (other.length) await post('queues', { QueueConfigs: other.map(reference) });
    if (gone.length) await post('disassociate-queues', { QueueReferences: gone.map((each) => reference(each).QueueReference) });
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/routing-profiles/${s.instanceId}/${id}`);
  },
};

const target = (v: Values) => ({
  QuickConnectConfig:
    v.Type === 'USER'
      ? { QuickConnectType: 'USER', UserConfig: { UserId: v.UserId, ContactFlowId: v.UserFlow } }
      : { QuickConnectType: 'QUEUE', QueueConfig: { QueueId: v.QueueId, ContactFlowId: v.QueueFlow } },
});

const toQueue = (v: Values) => v.Type === 'QUEUE';
const toUser = (v: Values) => v.Type === 'USER';

export const quick: Kind = {
  fresh: { Name: '', Description: '', Type: 'QUEUE', UserId: '', QueueId: '', UserFlow: '', QueueFlow: '' },
  fields: [
    NAME,
    ABOUT,
    {
      name: 'Type',
      label: 'leadsTo',
      input: {
        type: 'select',
        of: [
          { value: 'QUEUE', key: 'queue' },
          { value: 'USER', key: 'agentOne' },
        ],
      },
      required: true,
    },
    { name: 'QueueId', label: 'queue', input: { type: 'select', of: 'queues' }, required: true, onlyIf: toQueue },
    {
      name: 'QueueFlow',
      label: 'flow',
      input: { type: 'select', of: 'flows', when: (flow) => flow.more === 'QUEUE_TRANSFER' },
      required: true,
      onlyIf: toQueue,
    },
    { name: 'UserId', label: 'agentOne', input: { type: 'select', of: 'users' }, required: true, onlyIf: toUser },
    {
      name: 'UserFlow',
      label: 'flow',
      input: { type: 'select', of: 'flows', when: (flow) => flow.more === 'AGENT_TRANSFER' },
      required: true,
      onlyIf: toUser,
    },
  ],
  list: summaries('/quick-connects', 'QuickConnectSummaryList', '', (one) => one.QuickConnectType),
  async read(s, id) {
    const { QuickConnect: q } = await s.call<{
      QuickConnect: Values & { QuickConnectConfig: { QuickConnectType: string; UserConfig?: Values; QueueConfig?: Values } };
    }>('GET', `/quick-connects/${s.instanceId}/${id}`);
    const { QuickConnectType, UserConfig, QueueConfig } = q.QuickConnectConfig;
    return {
      ...quick.fresh,
      Name: q.Name,
      Description: q.Description ?? '',
      Type: QuickConnectType,
      UserId: UserConfig?.UserId ?? '',
      UserFlow: UserConfig?.ContactFlowId ?? '',
      QueueId: QueueConfig?.QueueId ?? '',
      QueueFlow: QueueConfig?.ContactFlowId ?? '',
    };
  },
  create: async (s, v) =>
    (
      await s.call<{ QuickConnectId: string }>('PUT', `/quick-connects/${s.instanceId}`, {
        Name: text(v.Name),
        Description: some(v.Description),
        ...target(v),
      })
    ).QuickConnectId,
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/quick-connects/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'Name', 'Description')) await post('name', { Name: text(v.Name), Description: text(v.Description) });
    if (changed(v, b, 'Type', 'UserId', 'UserFlow', 'QueueId', 'QueueFlow')) await post('config', target(v));
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/quick-connects/${s.instanceId}/${id}`);
  },
};

const state = (v: Values) => ({
  Name: text(v.Name),
  State: v.Enabled ? 'ENABLED' : 'DISABLED',
  DisplayOrder: v.DisplayOrder === '' ? undefined : v.DisplayOrder,
});

export const statuses: Kind = {
  fresh: { Name: '', Description: '', DisplayOrder: '', Enabled: true, Type: 'CUSTOM' },
  fields: [
    NAME,
    ABOUT,
    { name: 'DisplayOrder', label: 'order', input: { type: 'number', least: 1, most: 50 } },
    { name: 'Enabled', label: 'enabled', input: { type: 'check' } },
  ],
  locked: (v) => v.Type !== 'CUSTOM',
  list: summaries('/agent-status', 'AgentStatusSummaryList', '', (one) => one.Type),
  async read(s, id) {
    const { AgentStatus: a } = await s.call<{ AgentStatus: Values }>('GET', `/agent-status/${s.instanceId}/${id}`);
    return {
      Name: a.Name,
      Description: a.Description ?? '',
      DisplayOrder: a.DisplayOrder ?? '',
      Enabled: a.State !== 'DISABLED',
      Type: a.Type,
    };
  },
  async create(s, v) {
    return (
      await s.call<{ AgentStatusId: string }>('PUT', `/agent-status/${s.instanceId}`, { ...state(v), Description: some(v.Description) })
    ).AgentStatusId;
  },
  async save(s, id, v, b) {
    const ResetOrderNumber = v.DisplayOrder === '' && b.DisplayOrder !== '' ? true : undefined;
    await s.call('POST', `/agent-status/${s.instanceId}/${id}`, { ...state(v), Description: text(v.Description), ResetOrderNumber });
  },
};
