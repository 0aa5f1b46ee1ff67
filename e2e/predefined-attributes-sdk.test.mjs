// Predefined attributes, and what they are a measure for, with the stock SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AssociateUserProficienciesCommand, CreatePredefinedAttributeCommand, DeletePredefinedAttributeCommand, DescribePredefinedAttributeCommand,
  DisassociateUserProficienciesCommand, ListPredefinedAttributesCommand, ListUsersCommand, SearchPredefinedAttributesCommand, StartChatContactCommand,
  UpdateContactCommand, UpdatePredefinedAttributeCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';
import { settingsOf, withoutStamp } from './lib/settings.mjs';

let perch, send, pages, refused;
before(async () => {
  perch = await startPerch();
  ({ send, pages, refused } = settingsOf(perch));
});
after(() => perch?.stop());

const make = (Name, StringList, more) => send(CreatePredefinedAttributeCommand, { Name, Values: { StringList }, ...more });
const describe = async (Name) => withoutStamp((await send(DescribePredefinedAttributeCommand, { Name })).PredefinedAttribute);

test('a predefined attribute is made, described, changed, listed, found and deleted', async () => {
  const AttributeConfiguration = { EnableValueValidationOnAssociation: true, IsReadOnly: false };
  await make('Business unit/EU', ['Sales', 'Help'], { Purposes: ['Reports'], AttributeConfiguration: { EnableValueValidationOnAssociation: true } });
  const made = { Name: 'Business unit/EU', Values: { StringList: ['Sales', 'Help'] }, Purposes: ['Reports'], AttributeConfiguration };
  assert.deepEqual(await describe('Business unit/EU'), made);
  await send(UpdatePredefinedAttributeCommand, { Name: 'Business unit/EU', Values: { StringList: ['Help'] }, Purposes: [] });
  assert.deepEqual(await describe('Business unit/EU'), { Name: made.Name, Values: { StringList: ['Help'] }, AttributeConfiguration });
  await make('Course', ['Basics']);
  await make('Certificate', ['A', 'B']);
  assert.deepEqual((await pages(ListPredefinedAttributesCommand, {}, 'PredefinedAttributeSummaryList')).map((a) => a.Name), ['Business unit/EU', 'Certificate', 'Course']);
  const { PredefinedAttributes, ApproximateTotalCount } = await send(SearchPredefinedAttributesCommand,
    { SearchCriteria: { StringCondition: { FieldName: 'name', Value: 'c', ComparisonType: 'STARTS_WITH' } }, MaxResults: 1 });
  assert.deepEqual([PredefinedAttributes[0].Name, ApproximateTotalCount], ['Certificate', 2]);
  await send(DeletePredefinedAttributeCommand, { Name: 'Business unit/EU' });
  await refused(describe('Business unit/EU'), 'ResourceNotFoundException', 404);
  await refused(make('COURSE', ['x']), 'DuplicateResourceException', 409);
  await refused(make('connect:Language', ['x']), 'InvalidParameterException', 400);
  await refused(make('Twice', ['x', 'x']), 'InvalidParameterException', 400);
  await refused(send(UpdatePredefinedAttributeCommand, { Name: 'nobody', Purposes: [] }), 'ResourceNotFoundException', 404);
});

test('users are good at what is predefined alone, which stays as long as they are', async () => {
  await make('skill', ['chess', 'go']);
  const UserId = (await send(ListUsersCommand)).UserSummaryList[0].Id;
  const good = (AttributeName, AttributeValue) => send(AssociateUserProficienciesCommand, { UserId, UserProficiencies: [{ AttributeName, AttributeValue, Level: 3 }] });
  await refused(good('talent', 'chess'), 'InvalidParameterException', 400);
  await refused(good('skill', 'poker'), 'InvalidParameterException', 400);
  await good('skill', 'go');
  await refused(send(DeletePredefinedAttributeCommand, { Name: 'skill' }), 'ResourceInUseException', 409);
  await send(UpdatePredefinedAttributeCommand, { Name: 'skill', Values: { StringList: ['chess'] } });
  await good('skill', 'chess'); // beside what the user had before
  await send(DisassociateUserProficienciesCommand, { UserId, UserProficiencies: ['go', 'chess'].map((AttributeValue) => ({ AttributeName: 'skill', AttributeValue })) });
  await send(DeletePredefinedAttributeCommand, { Name: 'skill' });
});

test('contacts have the values of a strict attribute alone', async () => {
  await make('unit', ['Sales'], { AttributeConfiguration: { EnableValueValidationOnAssociation: true } });
  const start = (unit) => send(StartChatContactCommand, { ContactFlowId: perch.info.ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, SegmentAttributes: { unit: { ValueString: unit } } });
  await refused(start('Garden'), 'InvalidParameterException', 400);
  const { ContactId } = await start('Sales');
  const update = (unit) => send(UpdateContactCommand, { ContactId, SegmentAttributes: { unit: { ValueString: unit } } });
  await refused(update('Garden'), 'InvalidParameterException', 400);
  await update('Sales');
});
