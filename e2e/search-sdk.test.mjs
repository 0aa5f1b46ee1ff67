// Contacts found with the stock SDK: criteria, order, pages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paginateSearchContacts, SearchContactsCommand, TagContactCommand } from '@aws-sdk/client-connect';
import { leave, open, start, take } from './lib/chat.mjs';
import { startPerch } from './lib/perch.mjs';

let perch; let ana;
before(async () => {
  perch = await startPerch();
  [ana] = await perch.agents();
});
after(() => perch?.stop());

const hour = 3_600_000;
const request = (SearchCriteria, more = {}) => ({ InstanceId: perch.info.InstanceId, SearchCriteria,
  TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(Date.now() - hour), EndTime: new Date(Date.now() + hour) }, ...more });
const search = (criteria, more) => perch.connect.send(new SearchContactsCommand(request(criteria, more)));
const ids = (found) => found.Contacts.map((contact) => contact.Id);

test('contacts are found by agent, attribute, method and time, in order, page by page', async () => {
  const gold = await open(perch, { Attributes: { plan: 'gold' } });
  await ana.status('Available');
  await take(perch, ana, gold.contactId, gold.customer);
  await ana.status('Offline');
  await leave(gold.customer);
  const others = [];
  for (let n = 0; n < 4; n += 1) others.push((await start(perch, { Attributes: { plan: 'silver' } })).ContactId);

  const all = await search();
  assert.equal(all.TotalCount, 5);
  assert.deepEqual(new Set(ids(all)), new Set([gold.contactId, ...others]));
  assert.ok(all.Contacts.every((contact) => contact.Channel === 'CHAT' && contact.InitiationTimestamp instanceof Date));
  const [found] = (await search({ AgentIds: [ana.user.Id] })).Contacts;
  assert.deepEqual([found.Id, found.AgentInfo.Id, found.InitiationMethod], [gold.contactId, ana.user.Id, 'API']);
  assert.ok(found.DisconnectTimestamp >= found.AgentInfo.ConnectedToAgentTimestamp);
  const silver = { SearchableContactAttributes: { Criteria: [{ Key: 'plan', Values: ['silver'] }] } };
  assert.equal((await search(silver)).TotalCount, 4);
  assert.deepEqual(ids(await search({ InitiationMethods: ['TRANSFER'] })), []);

  const pages = [];
  const sorted = request(silver, { Sort: { FieldName: 'INITIATION_TIMESTAMP', Order: 'ASCENDING' } });
  for await (const page of paginateSearchContacts({ client: perch.connect, pageSize: 3 }, sorted)) pages.push(ids(page));
  assert.deepEqual(pages.map((page) => page.length), [3, 1]);
  assert.deepEqual(new Set(pages.flat()), new Set(others));
  await assert.rejects(search({}, { MaxResults: 101 }), { name: 'InvalidParameterException' });
  await assert.rejects(search({}, { NextToken: 'x' }), { name: 'InvalidParameterException' });
});

test('contacts are found by their tags and by what was said in them', async () => {
  const { customer, contactId } = await open(perch);
  await customer.say('My bicycle squeaks');
  await perch.connect.send(new TagContactCommand({ InstanceId: perch.info.InstanceId, ContactId: contactId, Tags: { team: 'blue' } }));
  const said = (ParticipantRole, MatchType, ...SearchText) => ({ ContactAnalysis: { Transcript: { Criteria: [{ ParticipantRole, SearchText, MatchType }] } } });
  assert.deepEqual(ids(await search({ ContactTags: { TagCondition: { TagKey: 'team', TagValue: 'blue' } } })), [contactId]);
  assert.deepEqual(ids(await search(said('CUSTOMER', 'MATCH_ALL', 'BICYCLE', 'squeaks'))), [contactId]);
  assert.deepEqual(ids(await search(said('AGENT', 'MATCH_ANY', 'bicycle'))), []);
  assert.deepEqual(ids(await search(said('CUSTOMER', 'MATCH_EXACT', 'bicycle'))), []);
  await leave(customer);
});
