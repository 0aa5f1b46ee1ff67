// The kinds of settings about what is said and shown: dispositions, canned replies, views, widgets; and access keys.

import type { Session } from '../session.ts';
import { ABOUT, NAME, all, byName, changed, own, some, summaries, text, type Kind, type Once, type Values } from './kind.ts';
import { ViewVersions } from './view-versions.tsx';
import { BesideWidget } from './widget.tsx';

export const dispositions = own(
  '/agent/dispositions',
  'Dispositions',
  { Code: '', Description: '' },
  [{ name: 'Code', label: 'code', input: { type: 'text', max: 127 }, required: true }, ABOUT],
  (one) => ({ name: String(one.Code), more: String(one.Description ?? '') }),
);

export const replies = own(
  '/agent/replies',
  'Replies',
  { Shortcut: '', Name: '', Text: '', Queues: [] },
  [
    { name: 'Shortcut', label: 'shortcut', input: { type: 'text', max: 64 }, required: true },
    { ...NAME, required: false },
    { name: 'Text', label: 'textOfIt', input: { type: 'area' }, required: true, help: 'replyHelp' },
    { name: 'Queues', label: 'onlyQueues', input: { type: 'some', of: 'queues' }, help: 'onlyQueuesHelp' },
  ],
  (one) => ({ name: `/${one.Shortcut}`, more: String(one.Name ?? '') }),
);

interface ServedView {
  Name: string;
  Description?: string;
  Type: string;
  Content?: { Template?: string; Actions?: string[] };
}

/** A view's own page is of what is saved; those that every instance has are only published. */
async function readView(s: Session, id: string): Promise<ServedView> {
  const read = (which: string) => s.call<{ View: ServedView }>('GET', `/views/${s.instanceId}/${encodeURIComponent(which)}`);
  const managed = id.startsWith('arn:') || !/^[0-9a-f-]{36}$/.test(id);
  return (await read(managed ? id : `${id}:$SAVED`)).View;
}

const pretty = (json: string) => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};
const content = (v: Values) => ({ Template: some(v.Template), Actions: v.Actions });
const BODY = { Body: [{ Type: 'Button', Props: { Action: 'Go' }, Content: ['Go'] }] };

export const views: Kind = {
  fresh: { Name: '', Description: '', Template: JSON.stringify(BODY, null, 2), Actions: ['Go'], Type: 'CUSTOMER_MANAGED' },
  fields: [
    { ...NAME, input: { type: 'text', max: 255 } },
    { ...ABOUT, input: { type: 'text', max: 4096 } },
    { name: 'Template', label: 'template', input: { type: 'code' }, required: true, help: 'templateHelp' },
    { name: 'Actions', label: 'actions', input: { type: 'list' }, help: 'actionsHelp' },
  ],
  locked: (v) => v.Type !== 'CUSTOMER_MANAGED',
  list: async (s) =>
    (await all<Record<string, string>>(s, `/views/${s.instanceId}`, 'ViewsSummaryList'))
      .map((one) => ({ id: one.Id, name: one.Name, more: one.Type === 'CUSTOMER_MANAGED' ? one.Status : one.Type }))
      .sort(byName),
  async read(s, id) {
    const v = await readView(s, id);
    return {
      Name: v.Name,
      Description: v.Description ?? '',
      Type: v.Type,
      Template: pretty(v.Content?.Template ?? ''),
      Actions: v.Content?.Actions ?? [],
    };
  },
  create: async (s, v) =>
    (
      await s.call<{ View: { Id: string } }>('PUT', `/views/${s.instanceId}`, {
        Name: text(v.Name),
        Description: some(v.Description),
        Status: 'SAVED',
        Content: content(v),
      })
    ).View.Id,
  async save(s, id, v, b) {
    const path = `/views/${s.instanceId}/${id}`;
    if (changed(v, b, 'Name', 'Description'))
      await s.call('POST', `${path}/metadata`, { Name: text(v.Name), Description: some(v.Description) });
    if (changed(v, b, 'Template', 'Actions')) await s.call('POST', path, { Status: 'SAVED', Content: content(v) });
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/views/${s.instanceId}/${id}`);
  },
  acts: [
    {
      label: 'publish',
      async run(s, id) {
        const { Content } = await readView(s, id);
        await s.call('POST', `/views/${s.instanceId}/${id}`, { Status: 'PUBLISHED', Content });
        return { said: 'published' };
      },
    },
    {
      label: 'keepVersion',
      run: async (s, id) => {
        await s.call('PUT', `/views/${s.instanceId}/${id}/versions`, {});
        return { said: 'kept' };
      },
    },
  ],
  Beside: ViewVersions,
};

const THEMES = [
  { value: 'auto', key: 'themeAuto' as const },
  { value: 'light', key: 'themeLight' as const },
  { value: 'dark', key: 'themeDark' as const },
];
const LOOK = {
  Title: '',
  Greeting: '',
  Color: '',
  TextColor: '',
  Theme: '',
  Language: '',
  PreChat: false,
  AskContinue: false,
  ConfirmEnd: true,
  Logo: '',
};
interface ServedWidget extends Values {
  Id: string;
  Look: Values;
  SecurityKey?: string;
  SecurityKeys: unknown[];
}

const widgetOf = (v: Values) => ({
  Name: text(v.Name),
  Domains: v.Domains,
  ContactFlowId: v.ContactFlowId,
  HoursOfOperationId: v.HoursOfOperationId,
  Signed: v.Signed,
  Look: Object.fromEntries(Object.keys(LOOK).map((name) => [name, v[name]])),
});
const once = (w: ServedWidget): { once?: Once } => (w.SecurityKey ? { once: [['securityKey', w.SecurityKey]] } : {});
const widgetsOf = async (s: Session) => (await s.call<{ Widgets: ServedWidget[] }>('GET', '/agent/widgets')).Widgets;

export const widgets: Kind = {
  fresh: { Name: '', Domains: [], ContactFlowId: '', HoursOfOperationId: '', Signed: true, ...LOOK },
  fields: [
    NAME,
    { name: 'Domains', label: 'domains', input: { type: 'list', hint: 'https://shop.example' }, help: 'domainsHelp' },
    { name: 'Signed', label: 'signed', input: { type: 'check' }, help: 'signedHelp' },
    {
      name: 'ContactFlowId',
      label: 'startFlow',
      input: { type: 'select', of: 'flows', when: (flow) => flow.more === 'CONTACT_FLOW' },
      help: 'startFlowHelp',
    },
    { name: 'HoursOfOperationId', label: 'hours', input: { type: 'select', of: 'hours' }, help: 'widgetHoursHelp' },
    { name: 'Title', label: 'title', input: { type: 'text', max: 500 } },
    { name: 'Greeting', label: 'greeting', input: { type: 'text', max: 500 } },
    { name: 'Color', label: 'color', input: { type: 'colour', plain: '#1f5f4a' } },
    { name: 'TextColor', label: 'textColor', input: { type: 'colour', plain: '#ffffff' } },
    { name: 'Theme', label: 'theme', input: { type: 'select', of: THEMES } },
    { name: 'Language', label: 'language', input: { type: 'text', max: 20 }, help: 'languageHelp' },
    { name: 'Logo', label: 'logo', input: { type: 'picture' } },
    { name: 'PreChat', label: 'preChat', input: { type: 'check' } },
    { name: 'AskContinue', label: 'askContinue', input: { type: 'check' } },
    { name: 'ConfirmEnd', label: 'confirmEnd', input: { type: 'check' } },
  ],
  list: async (s) =>
    (await widgetsOf(s)).map((one) => ({ id: one.Id, name: String(one.Name), more: (one.Domains as string[]).join(', ') })),
  async read(s, id) {
    const { Look, ...found } = (await widgetsOf(s)).find((one) => one.Id === id)!;
    return { ...found, ...Look };
  },
  async create(s, v) {
    const made = await s.call<ServedWidget>('POST', '/agent/widgets', widgetOf(v));
    return { id: made.Id, ...once(made) };
  },
  save: async (s, id, v) => {
    await s.call('PUT', `/agent/widgets/${id}`, widgetOf(v));
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/agent/widgets/${id}`);
  },
  acts: [
    {
      label: 'newKey',
      sure: 'newKeyText',
      onlyIf: (v) => !!v.Signed,
      run: async (s, id) => once(await s.call<ServedWidget>('POST', `/agent/widgets/${id}/key`, {})),
    },
  ],
  Beside: BesideWidget,
};

const SCOPES = [
  { value: 'start', key: 'scopeStart' as const },
  { value: 'read', key: 'scopeRead' as const },
  { value: 'admin', key: 'scopeAdmin' as const },
];
interface ServedKey {
  AccessKeyId: string;
  SecretAccessKey: string;
  Scope: string;
  CreatedTimestamp: string;
  Founding: boolean;
}
const keysOf = async (s: Session) => (await s.call<{ Keys: ServedKey[] }>('GET', '/agent/keys')).Keys;

export const keys: Kind = {
  fresh: { Scope: 'start' },
  fields: [{ name: 'Scope', label: 'scope', input: { type: 'select', of: SCOPES }, required: true, help: 'scopeHelp' }],
  locked: (v) => !!v.Founding,
  list: async (s) =>
    (await keysOf(s)).map((one) => ({
      id: one.AccessKeyId,
      name: one.AccessKeyId,
      more: `${one.Scope} · ${one.CreatedTimestamp.slice(0, 10)}`,
    })),
  async read(s, id) {
    const { AccessKeyId, ...found } = (await keysOf(s)).find((one) => one.AccessKeyId === id)!;
    return { ...found, Name: AccessKeyId };
  },
  async create(s, v) {
    const made = await s.call<ServedKey>('POST', '/agent/keys', { Scope: v.Scope });
    return {
      id: made.AccessKeyId,
      once: [
        ['accessKey', made.AccessKeyId],
        ['secretKey', made.SecretAccessKey],
      ],
    };
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/agent/keys/${id}`);
  },
};

/** Pages that may start chats at the start endpoint; none named is all of them. */
export const origins: Kind = {
  fresh: { Name: '' },
  fields: [{ name: 'Name', label: 'origin', input: { type: 'text', max: 267 }, required: true, help: 'originHelp' }],
  list: async (s) =>
    (await all<string>(s, `/instance/${s.instanceId}/approved-origins`, 'Origins')).map((one) => ({ id: one, name: one })).sort(byName),
  read: async (_, id) => ({ Name: id }),
  create: async (s, v) => {
    await s.call('PUT', `/instance/${s.instanceId}/approved-origin`, { Origin: text(v.Name) });
    return text(v.Name);
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/instance/${s.instanceId}/approved-origin?origin=${encodeURIComponent(id)}`);
  },
};

interface PublicKey {
  AssociationId: string;
  Key: string;
  CreationTime: number;
}
const publicKeysOf = (s: Session) => all<PublicKey>(s, `/instance/${s.instanceId}/security-keys`, 'SecurityKeys');

export const publicKeys: Kind = {
  fresh: { Key: '' },
  fields: [{ name: 'Key', label: 'publicKey', input: { type: 'code' }, required: true, help: 'publicKeyHelp' }],
  list: async (s) =>
    (await publicKeysOf(s)).map((one) => ({
      id: one.AssociationId,
      name: one.AssociationId,
      more: new Date(one.CreationTime * 1000).toISOString().slice(0, 10),
    })),
  read: async (s, id) => ({ Name: id, Key: (await publicKeysOf(s)).find((one) => one.AssociationId === id)?.Key ?? '' }),
  create: async (s, v) =>
    (await s.call<{ AssociationId: string }>('PUT', `/instance/${s.instanceId}/security-key`, { Key: text(v.Key) })).AssociationId,
  remove: async (s, id) => {
    await s.call('DELETE', `/instance/${s.instanceId}/security-key/${id}`);
  },
};

export const flows: Kind = {
  fresh: {},
  fields: [],
  read: async () => ({}),
  list: summaries('/contact-flows-summary', 'ContactFlowSummaryList', '', (one) => one.ContactFlowType),
};
