// A supervisor runs the floor from the desk, an administrator sets the instance up from it, and an agent can do neither.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import {
  ConnectClient, DescribeQueueCommand, DescribeViewCommand, ListContactFlowsCommand, ListContactFlowVersionsCommand, ListHoursOfOperationOverridesCommand, ListHoursOfOperationsCommand,
  ListQueueQuickConnectsCommand, ListQueuesCommand, ListUserProficienciesCommand, ListUsersCommand, ListViewsCommand,
} from '@aws-sdk/client-connect';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { open, stop } from './lib/chat.mjs';
import { atDesk, hire } from './lib/desk.mjs';
import { startPerch } from './lib/perch.mjs';
import { message } from './lib/items.mjs';
import { sign } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

let perch;
let browser;
let ana;
let boss;
let chief;

before(async () => {
  if (noBrowser) return;
  perch = await startPerch();
  browser = await startBrowser();
  ana = await atDesk(browser, perch, perch.info.Agents[0]);
  boss = await atDesk(browser, perch, await hire(perch, 'boss', 'Supervisor'));
  chief = await atDesk(browser, perch, await hire(perch, 'chief', 'Admin'));
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
  assert.equal(await ana.timeline.locator('.event', { hasText: 'boss' }).count(), 0);

  await page.locator('.whisper input').fill('Ten per cent, not more');
  await page.locator('.whisper button').click();
  await ana.timeline.locator('.row.staff .bubble', { hasText: 'Ten per cent' }).waitFor();

  const read = await boss.held('POST', '**/participant/transcript'); // the chat is read when it has ended, with what she has said in it
  await page.getByRole('button', { name: 'Barge in' }).click();
  await page.locator('.watch .composer textarea').fill('The boss here: we find a way');
  await page.locator('.watch .composer textarea').press('Enter');
  await customer.sees(message({ Content: 'The boss here: we find a way' }), 'the customer hears her');
  await ana.sees('The boss here');
  assert.ok(!customer.items.all.some((item) => item.Content?.includes('Ten per cent')), 'the customer has seen the whisper');

  await row.getByRole('button', { name: 'Reassign' }).click();
  await page.locator('.modal input').fill('Basic');
  await page.locator('.modal .main').click();
  await ana.page.locator('.entry.ended').waitFor();
  await ana.page.locator('.offer').waitFor();
  read();
  await eventually(() => boss.overtaken.length > 0, 'it is refused');
  assert.deepEqual(boss.errors, []);
});

test('a supervisor sees who waits, reads along, and finds all contacts in a table that is a file as well', { skip: noBrowser, timeout: 120_000 }, async () => {
  await ana.status('Offline');
  const { customer, contactId } = await open(perch, { ParticipantDetails: { DisplayName: '=2+3,"Eve"' } });
  await customer.say('Is anybody there?');
  const { page } = boss;
  await page.getByRole('button', { name: /^waiting: Basic queue/ }).click();
  const row = page.locator(`.queued li[data-contact="${contactId}"]`);
  await row.getByRole('button', { name: 'Transcript' }).click();
  await page.locator('.modal.transcript .bubble', { hasText: 'Is anybody there?' }).waitFor();
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'Reassign' }).click();
  await page.locator('.modal.pick li', { hasText: 'Basic queue' }).waitFor(); // where to: as for those who are with agents
  await page.keyboard.press('Escape');
  await row.waitFor();
  await page.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Contacts', exact: true }).click();
  await page.getByLabel('Customer').fill('eve');
  const rows = page.locator('.contacts tbody tr');
  await eventually(async () => await rows.count() === 1, 'it is found');
  await page.getByRole('button', { name: 'Started' }).click();
  await page.locator('th[aria-sort=ascending]').waitFor();
  await eventually(async () => await rows.count() === 1, 'it is sorted');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const bytes = await readFile(await (await coming).path());
  const lines = bytes.toString('utf8').split('\r\n');
  assert.equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf');
  assert.match(lines[0], /^\uFEFFCustomer,Contact,Started,Queue,/);
  assert.equal(lines.length, 3);
  assert.ok(lines[1].startsWith(`"'=2+3,""Eve""",${contactId},`), lines[1]);
  await rows.first().click();
  await page.locator('.modal.transcript .bubble', { hasText: 'Is anybody there?' }).waitFor();
  await page.keyboard.press('Escape');
  assert.ok(boss.overtaken.length < 10, `a chat that has ended is asked for again and again: ${boss.overtaken.length} times`);
  assert.deepEqual(boss.errors, []);
});

test('an administrator makes a queue, gives it to a profile, and sees why a flow is refused', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { page } = chief;
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Returns');
  await page.locator('.setting select').first().selectOption({ label: 'Basic Hours' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.listed li', { hasText: 'Returns' }).waitFor();
  const { InstanceId } = perch.info;
  const { QueueSummaryList } = await perch.connect.send(new ListQueuesCommand({ InstanceId, QueueTypes: ['STANDARD'] }));
  const { Id } = QueueSummaryList.find(({ Name }) => Name === 'Returns');

  const hours = await chief.held('GET', '**/hours-of-operations-summary/**');
  await page.locator('.listed li button', { hasText: 'Returns' }).click();
  await page.getByLabel('In use').uncheck();
  await page.getByRole('button', { name: 'Save' }).click(); // before it is known what else could be chosen
  await eventually(async () => (await perch.connect.send(new DescribeQueueCommand({ InstanceId, QueueId: Id }))).Queue.Status === 'DISABLED', 'the queue is closed');
  hours();

  await chief.setting('profiles');
  await page.locator('.listed li button').first().click();
  await page.locator('.served select').selectOption({ label: 'Returns' });
  await page.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => await page.locator('.setting').count() === 0, 'it is saved');
  await page.locator('.listed li button').first().click();
  await page.locator('.served td', { hasText: 'Returns' }).waitFor();

  await chief.setting('flows');
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

/** The page of a kind of settings, with what is done there again and again. */
const settings = (person, kind, { page } = person) => ({
  go: () => person.setting(kind),
  async fresh() { await this.go(); await page.getByRole('button', { name: 'New', exact: true }).click(); },
  async open(name) { await this.go(); await page.locator('.listed li button', { hasText: name }).click(); await page.locator('.setting .answers').waitFor(); },
  field: (name) => page.locator('.setting').getByLabel(name, { exact: true }).or(page.locator('.setting .field > span', { hasText: name }).locator('xpath=..').locator('input, select, textarea')).first(),
  async save() { await page.locator('.setting').getByRole('button', { name: 'Save' }).click(); await page.locator('.setting').waitFor({ state: 'detached' }); },
});

test('an administrator makes a widget, sees it change, and its keys start chats', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { page } = chief;
  const at = settings(chief, 'widgets');
  await at.fresh();
  await at.field('Name').fill('Tea shop');
  await at.field('Title').fill('Ask about tea');
  await at.field('Pages that may show it').fill('https://tea.example');
  const frame = page.frameLocator('.lookbox iframe');
  await frame.locator('h1', { hasText: 'Ask about tea' }).waitFor();
  await page.getByLabel('Colour, #RRGGBB', { exact: true }).fill('#7a1fa2');
  await eventually(() => frame.locator('.head').evaluate((head) => getComputedStyle(head).backgroundColor === 'rgb(122, 31, 162)'), 'the preview has the colour');
  await page.getByLabel('Ask for a name and the matter first').check();
  await frame.getByLabel('Your name').waitFor();
  await page.locator('.setting').getByRole('button', { name: 'Save' }).click();
  const key = await page.locator('.once code').textContent();
  await page.getByRole('button', { name: 'I have it' }).click();
  const text = await page.locator('.snippet pre').textContent();
  const id = /'snippetId', '([0-9a-f-]{36})'/.exec(text)[1];
  assert.match(text, /#7a1fa2/);
  await page.locator('.snippet').getByRole('button', { name: 'Python' }).click();
  await page.locator('.snippet pre', { hasText: 'hmac.new' }).waitFor();

  const starts = async (by) => (await fetch(new URL(`/widget/${id}/start`, perch.endpoint), {
    method: 'POST', body: JSON.stringify({ Page: 'https://tea.example', Token: sign(by, { sub: id }), DisplayName: 'Ada' }),
  })).status;
  assert.equal(await starts(key), 200);
  await page.getByRole('button', { name: 'New security key' }).click();
  await page.locator('.modal.ask .danger').click();
  const next = await page.locator('.once code').textContent();
  await page.getByRole('button', { name: 'I have it' }).click();
  assert.deepEqual([await starts(key), await starts(next), await starts('x'.repeat(44))], [200, 200, 401]);

  await at.field('Greeting').fill('Hello from the tea shop');
  const free = await chief.held('GET', '**/agent/widgets');
  await page.locator('.setting').getByRole('button', { name: 'Save' }).click();
  await at.field('Title').fill('Typed while it was saved');
  free();
  await page.locator('.setting .banner', { hasText: 'Saved' }).waitFor();
  assert.equal(await at.field('Title').inputValue(), 'Typed while it was saved');
  await page.locator('.setting').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await page.locator('.setting').waitFor({ state: 'detached' });
  assert.equal(await starts(next), 404);
  assert.deepEqual(chief.errors, []);
});

test('an access key is shown once, signs, and signs no more when it is deleted', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = chief;
  const at = settings(chief, 'keys');
  await at.fresh();
  await page.locator('.setting select').selectOption('read');
  await page.locator('.setting').getByRole('button', { name: 'Save' }).click();
  await page.locator('.once code').nth(1).waitFor();
  const [accessKeyId, secretAccessKey] = await page.locator('.once code').allTextContents();
  await page.getByRole('button', { name: 'I have it' }).click();
  const program = new ConnectClient({ region: 'us-east-1', endpoint: perch.endpoint, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  const reads = () => program.send(new ListQueuesCommand({ InstanceId: perch.info.InstanceId }));
  await reads();
  await at.open(accessKeyId);
  await page.locator('.setting').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await eventually(async () => await page.locator('.listed li', { hasText: accessKeyId }).count() === 0, 'it is gone');
  await assert.rejects(reads(), { name: 'UnrecognizedClientException' });
  assert.deepEqual(chief.errors, []);
});

test('pages of an origin are approved and refused again', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = chief;
  const at = settings(chief, 'origins');
  const starts = async () => (await fetch(new URL('/Prod/', perch.endpoint), { method: 'POST', headers: { origin: 'https://other.example' },
    body: JSON.stringify({ InstanceId: perch.info.InstanceId, ContactFlowId: perch.info.ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } }) })).status;
  await at.fresh();
  await at.field('Origin').fill('https://www.example.com');
  await at.save();
  assert.equal(await starts(), 403);
  await at.open('https://www.example.com');
  await page.locator('.setting').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await eventually(async () => await page.locator('.listed li').count() === 0, 'it is gone');
  assert.equal(await starts(), 200);
  const keys = settings(chief, 'publicKeys');
  await keys.fresh();
  await page.locator('.setting textarea').fill(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }));
  await keys.save();
  await page.locator('.listed li button').click();
  await page.locator('.setting').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await page.getByText('Nothing here.').waitFor();
  assert.deepEqual(chief.errors, []);
});

test('days that differ, transfers, skills, views and replies are set up in pages', { skip: noBrowser, timeout: 180_000 }, async () => {
  const { page } = chief;
  const { InstanceId } = perch.info;
  const ask = (command) => perch.connect.send(command);
  const hours = settings(chief, 'hours');
  await hours.open('Basic Hours');
  await page.getByRole('button', { name: 'Add days that differ' }).click();
  const differs = page.locator('.override');
  await differs.locator('input[type=text]').fill('Christmas');
  await differs.locator('input[type=date]').first().fill('2026-12-25');
  await differs.locator('input[type=date]').last().fill('2026-12-26');
  await hours.save();
  const { HoursOfOperationSummaryList: [{ Id: HoursOfOperationId }] } = await ask(new ListHoursOfOperationsCommand({ InstanceId }));
  const overrides = async () => (await ask(new ListHoursOfOperationOverridesCommand({ InstanceId, HoursOfOperationId }))).HoursOfOperationOverrideList;
  const [made] = await overrides();
  assert.deepEqual([made.Name, made.EffectiveFrom, made.EffectiveTill, made.Config], ['Christmas', '2026-12-25', '2026-12-26', []]);
  await hours.open('Basic Hours');
  await page.locator('.override input[type=checkbox]').uncheck();
  await hours.save();
  assert.equal((await overrides())[0].Config.length, 7);
  await hours.open('Basic Hours');
  await page.locator('.override > .tool').click();
  await hours.save();
  assert.deepEqual(await overrides(), []);

  const quick = settings(chief, 'quick');
  await quick.fresh();
  await quick.field('Name').fill('To basics');
  await page.locator('.setting select').nth(1).selectOption({ label: 'Basic queue' });
  await page.locator('.setting select').nth(2).selectOption({ index: 1 });
  await quick.save();
  const queues = settings(chief, 'queues');
  await queues.open('Basic queue');
  await page.locator('.some select').selectOption({ label: 'To basics' });
  await queues.save();
  const { QueueSummaryList } = await ask(new ListQueuesCommand({ InstanceId, QueueTypes: ['STANDARD'] }));
  const QueueId = QueueSummaryList.find(({ Name }) => Name === 'Basic queue').Id;
  assert.deepEqual((await ask(new ListQueueQuickConnectsCommand({ InstanceId, QueueId }))).QuickConnectSummaryList.map(({ Name }) => Name).filter((name) => name === 'To basics'), ['To basics']);

  const attributes = settings(chief, 'predefined');
  await attributes.fresh();
  await attributes.field('Name').fill('language');
  await attributes.field('Values').fill('German\nFrench');
  await attributes.save();
  const users = settings(chief, 'users');
  await users.open('agent1');
  await page.locator('.some select').selectOption({ label: 'language: German' });
  await page.getByLabel('Level: language: German').selectOption('5');
  await users.save();
  const { UserSummaryList } = await ask(new ListUsersCommand({ InstanceId }));
  const UserId = UserSummaryList.find(({ Username }) => Username === 'agent1').Id;
  assert.deepEqual((await ask(new ListUserProficienciesCommand({ InstanceId, UserId }))).UserProficiencyList, [{ AttributeName: 'language', AttributeValue: 'German', Level: 5 }]);

  const views = settings(chief, 'views');
  await views.fresh();
  await views.field('Name').fill('Trips');
  await page.locator('.setting').getByRole('button', { name: 'Save' }).click();
  await page.locator('.acts').getByRole('button', { name: 'Publish' }).click();
  await page.locator('.setting .banner', { hasText: 'Published' }).waitFor();
  await page.locator('.acts').getByRole('button', { name: 'Keep as a version' }).click();
  await page.locator('.versions li', { hasText: 'Version 1' }).waitFor();
  const { ViewsSummaryList } = await ask(new ListViewsCommand({ InstanceId, Type: 'CUSTOMER_MANAGED' }));
  const { View } = await ask(new DescribeViewCommand({ InstanceId, ViewId: ViewsSummaryList.find(({ Name }) => Name === 'Trips').Id }));
  assert.deepEqual([View.Status, View.Version, View.Content.Actions], ['PUBLISHED', 1, ['Go']]);

  const replies = settings(chief, 'replies');
  await replies.fresh();
  await replies.field('Shortcut').fill('tea');
  await page.locator('.setting textarea').fill('It is ready');
  await page.locator('.some select').selectOption({ label: 'Basic queue' });
  await replies.save();
  await replies.open('/tea');
  await page.locator('.some li', { hasText: 'Basic queue' }).waitFor();

  const statuses = settings(chief, 'statuses');
  await statuses.fresh();
  await statuses.field('Name').fill('Lunch');
  await statuses.save();
  await statuses.open('Available');
  await page.getByText('This is always there').waitFor();
  const codes = settings(chief, 'dispositions');
  await codes.fresh();
  await codes.field('Code').fill('sold');
  await codes.save();
  await codes.open('sold');
  await page.locator('.setting').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await eventually(async () => await page.locator('.listed li').count() === 0, 'the code is gone');
  assert.deepEqual(chief.errors, []);
});

test('a contact leads to its path through the flow, and the flow is kept in versions and brought in from a file', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { page } = chief;
  const { InstanceId } = perch.info;
  const { contactId } = await open(perch);
  await page.evaluate((to) => { location.hash = `#/settings/flows?contact=${to}`; }, contactId);
  await page.locator('.action.passed').first().waitFor();
  await page.locator('.flow h2', { hasText: 'Default inbound' }).waitFor();
  assert.match(page.url(), new RegExp(`flows/[0-9a-f-]{36}\\?contact=${contactId}$`));
  await stop(perch, contactId);
  await page.getByRole('link', { name: 'History' }).click();
  await chief.finds(page.getByLabel('Contact', { exact: true }), contactId, page.locator('.listed li'));
  assert.equal(await page.locator('.listed li').count(), 1, 'and nothing else');
  await page.locator('.listed li button').first().click();
  await page.locator('.reading').getByRole('link', { name: 'Show in flow' }).click();
  await page.locator('.action.passed').first().waitFor();

  await page.locator('.flow .menubox > button').click();
  await page.locator('.menu.versions input').fill('before the sale');
  await page.getByRole('button', { name: 'Keep as a version' }).click();
  await page.locator('.menu.versions li', { hasText: 'before the sale' }).click();
  await page.locator('.flow .menubox > button', { hasText: 'Version 1' }).waitFor();
  const { ContactFlowSummaryList } = await perch.connect.send(new ListContactFlowsCommand({ InstanceId }));
  const ContactFlowId = ContactFlowSummaryList.find(({ Name }) => Name === 'Default inbound').Id;
  const { ContactFlowVersionSummaryList: [first] } = await perch.connect.send(new ListContactFlowVersionsCommand({ InstanceId, ContactFlowId }));
  assert.deepEqual([first.Version, first.VersionDescription], [1, 'before the sale']);

  const down = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await (await down).path();
  const at = settings(chief, 'flows');
  await at.fresh();
  await page.locator('.setting input[name=name]').fill('Brought in');
  await page.locator('.setting input[type=file]').setInputFiles({ name: 'flow.json', mimeType: 'application/json', buffer: await readFile(file) });
  await page.locator('.setting').getByRole('button', { name: 'Save' }).click();
  await page.locator('.flow h2', { hasText: 'Brought in' }).waitFor();
  await page.locator('.graph .action').nth(3).waitFor();
  const wrong = (await readFile(file, 'utf8')).replace('"MessageParticipant"', '"SingASong"');
  await page.locator('.flow input[type=file]').setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from(wrong) });
  await eventually(async () => (await page.locator('.code textarea').inputValue()).includes('SingASong'), 'the file is read');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.locator('.problems li', { hasText: 'SingASong' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.modal.ask .danger').click();
  await eventually(async () => await page.locator('.listed li', { hasText: 'Brought in' }).count() === 0 && await page.locator('.listed li').count() > 1, 'it is gone');
  assert.deepEqual(chief.errors, []);
});

test('the floor is there for who goes to it before the socket has been answered', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = boss;
  let [asked, answer] = [];
  const [begun, answered] = [new Promise((resolve) => { asked = resolve; }), new Promise((resolve) => { answer = resolve; })];
  await page.routeWebSocket(() => true, (near) => {
    const far = near.connectToServer();
    near.onMessage((message) => { far.send(message); asked(); });
    far.onMessage(async (message) => { await answered; near.send(message); });
  });
  await page.goto(new URL('/desk', perch.endpoint).href);
  await begun;
  await page.getByRole('link', { name: 'Floor' }).click();
  await page.locator('.floor .spinner').waitFor();
  answer();
  await page.locator('.figures th', { hasText: 'Basic queue' }).waitFor();
});

test('a supervisor looks at settings, changes none and sees no keys', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = boss;
  const at = settings(boss, 'widgets');
  await at.go();
  await page.locator('.listed li button', { hasText: 'Demo' }).click();
  await page.frameLocator('.lookbox iframe').locator('h1').waitFor();
  const there = (name) => page.locator('main').getByRole('button', { name, exact: true }).count();
  assert.deepEqual(await Promise.all(['New', 'Save', 'Delete', 'New security key'].map(there)), [0, 0, 0, 0]);
  assert.equal(await page.locator('.settings nav a[href="#/settings/keys"]').count(), 0);
  assert.deepEqual(boss.errors, []);
});

test('an agent is shown neither, and the server refuses both', { skip: noBrowser, timeout: 60_000 }, async () => {
  assert.equal(await ana.page.locator('.rail .go[href="#/settings"], .rail .go[href="#/floor"]').count(), 0);
  await ana.page.evaluate(() => { location.hash = '#/settings/queues'; });
  await ana.page.locator('.inbox').waitFor();
  const login = await fetch(new URL('/agent/login', perch.endpoint), { method: 'POST', body: JSON.stringify(perch.info.Agents[0]) });
  const { AgentToken, InstanceId } = await login.json();
  for (const [method, path] of [['GET', '/agent/figures'], ['GET', '/agent/floor/contacts'], ['PUT', `/queues/${InstanceId}`], ['GET', `/queues-summary/${InstanceId}`], ['POST', '/agent/flows/check'], ['GET', '/agent/widgets'], ['POST', '/agent/widgets'], ['GET', '/agent/keys'], ['POST', '/agent/keys']]) {
    const response = await fetch(new URL(path, perch.endpoint), { method, headers: { authorization: `Bearer ${AgentToken}` }, ...(method === 'GET' ? {} : { body: '{}' }) });
    assert.equal(response.status, 403, path);
  }
});
