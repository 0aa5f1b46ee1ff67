// The kinds of settings about those who work here.

import type { Session } from '../session.ts';
import { ABOUT, NAME, all, byName, changed, compare, some, summaries, text, type Kind, type Values } from './kind.ts';

/** What somebody is good at: one value of a predefined attribute, from 1 to 5. */
export interface Skill {
  AttributeName: string;
  AttributeValue: string;
  Level: number;
}

const named = (one: Skill) => `${one.AttributeName}\n${one.AttributeValue}`;

async function train(s: Session, id: string, now: Skill[], then: Skill[]) {
  const { come, gone, other } = compare(now, then, named);
  const post = (what: string, list: object[]) =>
    list.length ? s.call('POST', `/users/${s.instanceId}/${id}/${what}`, { UserProficiencies: list }) : undefined;
  await post(
    'disassociate-proficiencies',
    gone.map(({ AttributeName, AttributeValue }) => ({ AttributeName, AttributeValue })),
  );
  await post('associate-proficiencies', come);
  await post('proficiencies', other);
}

const identity = (v: Values) => ({ FirstName: some(v.FirstName), LastName: some(v.LastName), Email: some(v.Email) });
const phone = (v: Values) => ({
  PhoneType: 'SOFT_PHONE',
  AutoAccept: v.AutoAccept,
  AfterContactWorkTimeLimit: v.AfterContactWork === '' ? 0 : v.AfterContactWork,
});

interface ServedUser {
  Username: string;
  RoutingProfileId: string;
  IdentityInfo?: Values;
  PhoneConfig?: Values;
  SecurityProfileIds?: string[];
}

export const users: Kind = {
  fresh: {
    Username: '',
    Password: '',
    NewPassword: '',
    FirstName: '',
    LastName: '',
    Email: '',
    RoutingProfileId: '',
    SecurityProfileId: '',
    AutoAccept: false,
    AfterContactWork: 0,
    Skills: [],
  },
  fields: [
    { name: 'Username', label: 'username', input: { type: 'text', max: 100 }, required: true, onlyNew: true },
    { name: 'Password', label: 'password', input: { type: 'password' }, required: true, onlyNew: true, help: 'passwordHelp' },
    { name: 'FirstName', label: 'firstName', input: { type: 'text', max: 255 } },
    { name: 'LastName', label: 'lastName', input: { type: 'text', max: 255 } },
    { name: 'Email', label: 'email', input: { type: 'email' } },
    { name: 'SecurityProfileId', label: 'securityProfile', input: { type: 'select', of: 'security' }, required: true },
    { name: 'RoutingProfileId', label: 'routingProfile', input: { type: 'select', of: 'profiles' }, required: true },
    { name: 'Skills', label: 'skills', input: { type: 'skills' }, help: 'skillsHelp' },
    { name: 'AutoAccept', label: 'autoAccept', input: { type: 'check' } },
    { name: 'AfterContactWork', label: 'acwLimit', input: { type: 'number', least: 0, most: 2_000_000 }, help: 'acwHelp' },
    { name: 'NewPassword', label: 'newPassword', input: { type: 'password' }, onlyOld: true, help: 'newPasswordHelp' },
  ],
  list: summaries('/users-summary', 'UserSummaryList'),
  async read(s, id) {
    const { User: u } = await s.call<{ User: ServedUser }>('GET', `/users/${s.instanceId}/${id}`);
    const found = await all<Skill>(s, `/users/${s.instanceId}/${id}/proficiencies`, 'UserProficiencyList');
    return {
      ...users.fresh,
      ...u.IdentityInfo,
      Username: u.Username,
      RoutingProfileId: u.RoutingProfileId,
      SecurityProfileId: u.SecurityProfileIds?.[0] ?? '',
      AutoAccept: !!u.PhoneConfig?.AutoAccept,
      AfterContactWork: u.PhoneConfig?.AfterContactWorkTimeLimit ?? 0,
      Skills: found.map(({ AttributeName, AttributeValue, Level }) => ({ AttributeName, AttributeValue, Level })),
    };
  },
  async create(s, v) {
    const { UserId } = await s.call<{ UserId: string }>('PUT', `/users/${s.instanceId}`, {
      Username: text(v.Username),
      Password: v.Password,
      IdentityInfo: identity(v),
      PhoneConfig: phone(v),
      SecurityProfileIds: [v.SecurityProfileId],
      RoutingProfileId: v.RoutingProfileId,
    });
    await train(s, UserId, v.Skills as Skill[], []);
    return UserId;
  },
  async save(s, id, v, b) {
    const post = (what: string, body: object) => s.call('POST', `/users/${s.instanceId}/${id}/${what}`, body);
    if (changed(v, b, 'FirstName', 'LastName', 'Email')) await post('identity-info', { IdentityInfo: identity(v) });
    if (changed(v, b, 'RoutingProfileId')) await post('routing-profile', { RoutingProfileId: v.RoutingProfileId });
    if (changed(v, b, 'SecurityProfileId')) await post('security-profiles', { SecurityProfileIds: [v.SecurityProfileId] });
    if (changed(v, b, 'AutoAccept', 'AfterContactWork')) await post('phone-config', { PhoneConfig: phone(v) });
    await train(s, id, v.Skills as Skill[], b.Skills as Skill[]);
    if (v.NewPassword) await s.call('PUT', `/agent/users/${id}/password`, { NewPassword: v.NewPassword });
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/users/${s.instanceId}/${id}`);
  },
  acts: [
    {
      label: 'signOutAll',
      sure: 'signOutAllText',
      run: async (s, id) => {
        await s.call('POST', `/agent/users/${id}/logout`, {});
        return { said: 'done' };
      },
    },
  ],
};

const described = (v: Values) => ({
  Values: { StringList: v.Values },
  AttributeConfiguration: { EnableValueValidationOnAssociation: v.Validated },
});
const attributePath = (s: Session, name = '') => `/predefined-attributes/${s.instanceId}${name && `/${encodeURIComponent(name)}`}`;

export const predefined: Kind = {
  fresh: { Name: '', Values: [], Validated: false },
  fields: [
    { name: 'Name', label: 'nameOfIt', input: { type: 'text', max: 100 }, required: true, onlyNew: true },
    { name: 'Values', label: 'values', input: { type: 'list' }, help: 'linesHelp' },
    { name: 'Validated', label: 'validated', input: { type: 'check' }, help: 'validatedHelp' },
  ],
  list: async (s) =>
    (await all<{ Name: string }>(s, attributePath(s), 'PredefinedAttributeSummaryList'))
      .map(({ Name }) => ({ id: Name, name: Name }))
      .sort(byName),
  async read(s, id) {
    const { PredefinedAttribute: a } = await s.call<{ PredefinedAttribute: ServedAttribute }>('GET', attributePath(s, id));
    return { Name: a.Name, Values: a.Values?.StringList ?? [], Validated: !!a.AttributeConfiguration?.EnableValueValidationOnAssociation };
  },
  create: async (s, v) => {
    await s.call('PUT', attributePath(s), { Name: text(v.Name), ...described(v) });
    return text(v.Name);
  },
  save: async (s, id, v) => {
    await s.call('POST', attributePath(s, id), described(v));
  },
  remove: async (s, id) => {
    await s.call('DELETE', attributePath(s, id));
  },
};
interface ServedAttribute {
  Name: string;
  Values?: { StringList?: string[] };
  AttributeConfiguration?: { EnableValueValidationOnAssociation?: boolean };
}

const BUILT_IN = ['Agent', 'Supervisor', 'Admin'];
interface ServedProfile {
  SecurityProfileName: string;
  Description?: string;
}

export const security: Kind = {
  fresh: { Name: '', Description: '', Permissions: [] },
  fields: [
    { ...NAME, onlyNew: true },
    ABOUT,
    { name: 'Permissions', label: 'permissions', input: { type: 'list' }, help: 'permissionsHelp' },
  ],
  locked: (v) => BUILT_IN.includes(String(v.Name)),
  list: summaries('/security-profiles-summary', 'SecurityProfileSummaryList'),
  async read(s, id) {
    const { SecurityProfile: p } = await s.call<{ SecurityProfile: ServedProfile }>('GET', `/security-profiles/${s.instanceId}/${id}`);
    const Permissions = await all<string>(s, `/security-profiles-permissions/${s.instanceId}/${id}`, 'Permissions');
    return { Name: p.SecurityProfileName, Description: p.Description ?? '', Permissions };
  },
  create: async (s, v) =>
    (
      await s.call<{ SecurityProfileId: string }>('PUT', `/security-profiles/${s.instanceId}`, {
        SecurityProfileName: text(v.Name),
        Description: some(v.Description),
        Permissions: v.Permissions,
      })
    ).SecurityProfileId,
  save: async (s, id, v) => {
    await s.call('POST', `/security-profiles/${s.instanceId}/${id}`, { Description: text(v.Description), Permissions: v.Permissions });
  },
  remove: async (s, id) => {
    await s.call('DELETE', `/security-profiles/${s.instanceId}/${id}`);
  },
};
