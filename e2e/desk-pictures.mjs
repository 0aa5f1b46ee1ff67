// Pictures of the desk's views at 1440 and 1024 pixels, light and dark. `npm run pictures:desk` writes PNGs to ../bin/pictures/desk and what the documents show to ../docs/desk.

import { mkdir } from 'node:fs/promises';
import { CreateUserCommand, ListRoutingProfilesCommand, ListSecurityProfilesCommand } from '@aws-sdk/client-connect';
import { startBrowser } from './lib/browser.mjs';
import { continuing, leave, open, take } from './lib/chat.mjs';
import { atDesk } from './lib/desk.mjs';
import { startPerch } from './lib/perch.mjs';

const to = process.argv[2] ?? '../bin/pictures/desk';
const docs = process.argv[3] ?? '../docs/desk';
const HOUR = 3_600_000;
const NAMES = ['Ada', 'Bruno', 'Chen', 'Dalia', 'Emil', 'Fatima', 'Gustav', 'Hana', 'Ines', 'Jonas', 'Kim', 'Lea'];
const ASKED = ['My order has not come yet.', 'Can I send back the blue one?', 'Which filter fits the K-200?', 'The whistle is silent again.', 'I was charged twice.', 'Do you deliver to Graz?'];
const SAID = ['I look into it right away.', 'Of course, here is the label.', 'Any 38 mm filter does.', 'Rinse it with **vinegar**, please.', 'The second one is on its way back.', 'We do: two days by bike.'];
const TYPES = { SupportedMessagingContentTypes: ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive'] };

await mkdir(to, { recursive: true });
await mkdir(docs, { recursive: true });
const perch = await startPerch({ more: ['--clock', new Date(Date.now() - 8 * HOUR).toISOString()] });
const browser = await startBrowser();
try {
  await pictures();
} finally {
  await browser.close();
  await perch.stop();
}

async function pass(ms) {
  const response = await fetch(new URL('/try/clock', perch.endpoint), { method: 'POST', body: JSON.stringify({ Advance: `${Math.round(ms / 1000)}s` }) });
  if (!response.ok) throw new Error(await response.text());
}

/** Somebody who sets things up, and sees all that goes on. */
async function chief() {
  const { InstanceId } = perch.info;
  const login = { Username: 'cid', Password: 'Secret123cid' };
  const { SecurityProfileSummaryList } = await perch.connect.send(new ListSecurityProfilesCommand({ InstanceId }));
  const { RoutingProfileSummaryList } = await perch.connect.send(new ListRoutingProfilesCommand({ InstanceId }));
  await perch.connect.send(new CreateUserCommand({ InstanceId, ...login, IdentityInfo: { FirstName: 'Cid', LastName: 'Lee' }, PhoneConfig: { PhoneType: 'SOFT_PHONE' },
    SecurityProfileIds: [SecurityProfileSummaryList.find(({ Name }) => Name === 'Admin').Id], RoutingProfileId: RoutingProfileSummaryList[0].Id }));
  return login;
}

/** One chat of the day, from the first word to the wrap-up. */
async function chat(agent, n, more = {}) {
  const name = NAMES[n % NAMES.length];
  const { contactId, customer } = await open(perch, { ...TYPES, ParticipantDetails: { DisplayName: name }, ...more });
  await pass(3_000 + (n * 37) % 40 * 1_000);
  await agent.status('Available');
  const person = await take(perch, agent, contactId, customer);
  await customer.say(ASKED[n % ASKED.length]);
  await pass(20_000 + (n * 53) % 60 * 1_000);
  await person.say(SAID[n % SAID.length], { ContentType: 'text/markdown' });
  await pass(60_000);
  await customer.say('Thank you!');
  await agent.end(contactId);
  await leave(customer);
  await agent.clear(contactId);
  await agent.status('Offline');
  return contactId;
}

/** A morning and an afternoon, so that there is something to see in the figures. */
async function day() {
  const agents = await perch.agents();
  const started = Date.now();
  let last;
  for (let n = 0; n < 24; n += 1) {
    last = await chat(agents[n % 3 ? 0 : 1], n);
    await pass((8 * HOUR) / 24 - 240_000);
  }
  const { Now } = await (await fetch(new URL('/try/clock', perch.endpoint))).json();
  const left = Date.now() - Date.parse(Now);
  if (left > 0) await pass(left);
  process.stderr.write(`a day in ${Math.round((Date.now() - started) / 1000)} s\n`);
  return last;
}

async function pictures() {
  const last = await day();
  const [first, second] = perch.info.Agents;
  const ana = await atDesk(browser, perch, first, { deviceScaleFactor: 1 });
  const ben = await atDesk(browser, perch, second);
  const cid = await atDesk(browser, perch, await chief(), { deviceScaleFactor: 1 });
  await ana.status('Available');
  const ada = await open(perch, { ...continuing(last, 'ENTIRE_PAST_SESSION'), ...TYPES, ParticipantDetails: { DisplayName: 'Lea' }, Attributes: { orderNumber: '4711', tier: 'gold' } });
  await ana.accept();
  await ada.customer.say('It is me again. Has the kettle left your house?');
  await ana.sees('It is me again');
  await ana.page.locator('.note textarea').fill('Warranty runs until May');
  await ana.page.locator('.note .plain').click();
  await ana.page.locator('.notes li').waitFor();
  await ana.say('It has, this morning. You get:', '\n- a new whistle\n- a lid that *closes*');
  await ada.customer.say('Wonderful, thank you!');
  const bruno = await open(perch, { ...TYPES, ParticipantDetails: { DisplayName: 'Bruno' } });
  await ana.page.locator('.offer').waitFor();
  await ana.page.keyboard.press('Alt+a');
  await ana.page.locator('.entry.connected').nth(1).waitFor();
  await bruno.customer.say('Where is my parcel?');
  await ana.page.keyboard.press('Alt+1');
  await bruno.customer.say('Hello?');
  const shoot = async (desk, name) => {
    for (const look of ['light', 'dark']) {
      for (const width of [1440, 1024]) {
        await desk.page.emulateMedia({ colorScheme: look, reducedMotion: 'reduce' });
        await desk.page.setViewportSize({ width, height: width === 1440 ? 900 : 768 });
        await desk.page.waitForTimeout(250); // for charts that draw themselves
        await desk.page.screenshot({ path: `${to}/${name}-${look}-${width}.png` });
        await desk.page.screenshot({ path: `${docs}/${name}-${look}-${width}.jpg`, type: 'jpeg', quality: 70 });
      }
    }
    await desk.page.setViewportSize({ width: 1440, height: 900 });
  };
  await shoot(ana, 'chats');
  await open(perch, { ...TYPES, ParticipantDetails: { DisplayName: 'Dalia' } });
  await ana.page.locator('.offer').waitFor();
  await shoot(ana, 'offer');
  const go = async (hash, there) => {
    await cid.page.evaluate((to) => { location.hash = to; }, hash);
    await cid.page.locator(there).first().waitFor();
  };
  await go('#/floor', '.figures tbody tr');
  await shoot(cid, 'floor');
  await cid.page.getByRole('button', { name: 'Contacts', exact: true }).click();
  await cid.page.locator('.contacts tbody tr').nth(5).waitFor();
  await shoot(cid, 'contacts');
  await go('#/history', '.listed li');
  await cid.page.locator('input[type=search]').first().fill('whistle');
  await cid.page.locator('.fragment mark').first().waitFor();
  await cid.page.locator('.listed li button').first().click();
  await cid.page.locator('.reading .bubble').first().waitFor();
  await shoot(cid, 'history');
  await go('#/settings/hours', '.listed li button');
  await cid.page.locator('.listed li button').first().click();
  await cid.page.locator('.setting .answers').waitFor();
  await shoot(cid, 'settings');
  await go('#/settings/widgets', '.listed li button');
  await cid.page.locator('.listed li button').first().click();
  await cid.page.frameLocator('.lookbox iframe').locator('.head').waitFor();
  await shoot(cid, 'widgets');
  await go(`#/settings/flows?contact=${last}`, '.action.passed');
  await shoot(cid, 'flow');
  await ben.close();
}
