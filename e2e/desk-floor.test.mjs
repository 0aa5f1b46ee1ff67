// A supervisor runs the floor from the desk, an administrator sets the instance up from it, and an agent can do neither.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateUserCommand, DescribeQueueCommand, ListQueuesCommand, ListRoutingProfilesCommand, ListSecurityProfilesCommand } from '@aws-sdk/client-connect';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { open } from './lib/chat.mjs';
import { atDesk } from './lib/desk.mjs';
import { startPerch } from './lib/perch.mjs';
import { message } from './lib/items.mjs';
import { eventually } from './lib/wait.mjs';

const PASSWORD = 'Secret123boss';
let perch;
let browser;
let ana;
let boss;
let chief;

before(async () => {
  if (noBrowser) return;
  perch = await startPerch();
  const { InstanceId } = perch.info;
  const { SecurityProfileSummaryList } = await perch.connect.send(new ListSecurityProfilesCommand({ InstanceId }));
  const { RoutingProfileSummaryList } = await perch.connect.send(new ListRoutingProfilesCommand({ InstanceId }));
  for (const [Username, name, FirstName] of [['boss', 'Supervisor', 'Bea'], ['chief', 'Admin', 'Cid']]) {
    const { Id } = SecurityProfileSummaryList.find(({ Name }) => Name === name);
    await perch.connect.send(new CreateUserCommand({ InstanceId, Username, Password: PASSWORD, IdentityInfo: { FirstName, LastName: 'Lee' }, PhoneConfig: { PhoneType: 'SOFT_PHONE' }, SecurityProfileIds: [Id], RoutingProfileId: RoutingProfileSummaryList[0].Id }));
  }
  browser = await startBrowser();
  ana = await atDesk(browser, perch, perch.info.Agents[0]);
  boss = await atDesk(browser, perch, { Username: 'boss', Password: PASSWORD });
  chief = await atDesk(browser, perch, { Username: 'chief', Password: PASSWORD });
});
after(async () => {
  await browser?.close();
  await perch?.stop();
});

test('a supervisor watches silently, whispers, barges in and hands the chat to another queue', { skip: noBrowser, timeout: 180_000 }, async () => {
  await ana.status('Available');
  const { customer, contactId } = await open(perch);
  await ana.accept();
  await customer.say('Can I have it cheaper?');
  await ana.sees('Can I have it cheaper?');

  const { page } = boss;
  await page.getByRole('link', { name: 'Floor' }).click();
  await page.locator('.figures th', { hasText: 'Basic queue' }).waitFor();
  const row = page.locator(`.has[data-contact="${contactId}"]`);
  await row.getByRole('button', { name: 'Watch' }).click();
  await page.locator('.watch .bubble', { hasText: 'Can I have it cheaper?' }).waitFor();
  assert.equal(await ana.timeline.locator('.event', { hasText: 'Bea' }).count(), 0);

  await page.locator('.whisper input').fill('Ten per cent, not more');
  await page.locator('.whisper button').click();
  await ana.timeline.locator('.row.staff .bubble', { hasText: 'Ten per cent' }).waitFor();

  await page.getByRole('button', { name: 'Barge in' }).click();
  await page.locator('.watch .composer textarea').fill('Bea here: we find a way');
  await page.locator('.watch .composer textarea').press('Enter');
  await customer.sees(message({ Content: 'Bea here: we find a way' }), 'the customer hears her');
  await ana.sees('Bea here');
  assert.ok(!customer.items.all.some((item) => item.Content?.includes('Ten per cent')), 'the customer has seen the whisper');

  await row.getByRole('button', { name: 'Reassign' }).click();
  await page.locator('.modal input').fill('Basic');
  await page.locator('.modal .main').click();
  await ana.page.locator('.entry.ended').waitFor();
  await ana.page.locator('.offer').waitFor();
  assert.deepEqual(boss.errors, []);
});

test('an administrator makes a queue, gives it to a profile, and sees why a flow is refused', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { page } = chief;
  const go = (kind) => page.evaluate((to) => { location.hash = `#/settings/${to}`; }, kind);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Returns');
  await page.locator('.setting select').first().selectOption({ label: 'Basic Hours' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.listed li', { hasText: 'Returns' }).waitFor();
  const { InstanceId } = perch.info;
  const { QueueSummaryList } = await perch.connect.send(new ListQueuesCommand({ InstanceId, QueueTypes: ['STANDARD'] }));
  const { Id } = QueueSummaryList.find(({ Name }) => Name === 'Returns');

  await page.locator('.listed li button', { hasText: 'Returns' }).click();
  await page.getByLabel('In use').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => (await perch.connect.send(new DescribeQueueCommand({ InstanceId, QueueId: Id }))).Queue.Status === 'DISABLED', 'the queue is closed');

  await go('profiles');
  await page.locator('.listed li button').first().click();
  await page.locator('.served select').selectOption({ label: 'Returns' });
  await page.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => await page.locator('.setting').count() === 0, 'it is saved');
  await page.locator('.listed li button').first().click();
  await page.locator('.served td', { hasText: 'Returns' }).waitFor();

  await go('flows');
  await page.locator('.listed li button', { hasText: 'Default inbound' }).click();
  await page.locator('.graph .action').first().waitFor();
  await page.getByLabel('JSON').check();
  const code = page.locator('.code textarea');
  await code.fill((await code.inputValue()).replace('"MessageParticipant"', '"SingASong"'));
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.locator('.problems li', { hasText: 'SingASong' }).waitFor();
  await eventually(async () => await page.locator('.action.faulty').count() >= 1, 'the action is marked');
  assert.deepEqual(chief.errors, []);
});

test('an agent is shown neither, and the server refuses both', { skip: noBrowser, timeout: 60_000 }, async () => {
  assert.equal(await ana.page.locator('.rail .go[href="#/settings"], .rail .go[href="#/floor"]').count(), 0);
  await ana.page.evaluate(() => { location.hash = '#/settings/queues'; });
  await ana.page.locator('.inbox').waitFor();
  const login = await fetch(new URL('/agent/login', perch.endpoint), { method: 'POST', body: JSON.stringify(perch.info.Agents[0]) });
  const { AgentToken, InstanceId } = await login.json();
  for (const [method, path] of [['GET', '/agent/figures'], ['PUT', `/queues/${InstanceId}`], ['GET', `/queues-summary/${InstanceId}`], ['POST', '/agent/flows/check']]) {
    const response = await fetch(new URL(path, perch.endpoint), { method, headers: { authorization: `Bearer ${AgentToken}` }, ...(method === 'GET' ? {} : { body: '{}' }) });
    assert.equal(response.status, 403, path);
  }
});
