// Every view of the desk: nobody is shut out of it (axe-core, WCAG 2.2 AA, light and dark, left and right), and past chats are found in it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './lib/axe.mjs';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { leave, open, take } from './lib/chat.mjs';
import { atDesk, hire } from './lib/desk.mjs';
import { startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

let login;
let perch;
let browser;

before(async () => {
  if (noBrowser) return;
  perch = await startPerch();
  login = await hire(perch, 'chief', 'Admin');
  const [, ben] = await perch.agents();
  await ben.status('Available');
  const past = await open(perch);
  const person = await take(perch, ben, past.contactId, past.customer);
  await past.customer.say('My zeppelin has not arrived');
  await person.say('It is over the Alps');
  await ben.end(past.contactId);
  await leave(past.customer);
  await ben.clear(past.contactId);
  await ben.status('Offline');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await perch?.stop();
});

test('past chats are found by a word, which is marked in what is read', { skip: noBrowser, timeout: 120_000 }, async () => {
  const person = await atDesk(browser, perch, login);
  const { page } = person;
  await page.getByRole('link', { name: 'History' }).click();
  await person.finds(page.locator('input[type=search]').first(), 'zepp*', page.locator('.fragment mark', { hasText: 'zeppelin' }));
  await page.locator('.listed li button').first().click();
  await page.locator('.reading .bubble', { hasText: 'over the Alps' }).waitFor();
  await eventually(() => page.evaluate(() => [...CSS.highlights.get('found') ?? []].map(String).join() === 'zepp'), 'it is marked');
  await page.locator('input[type=search]').first().fill('airship');
  await page.getByText('Nothing here.').waitFor();
  await person.close();
});

for (const [name, options] of [['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }], ['right to left', { colorScheme: 'light', locale: 'ar' }]]) {
  test(`everybody can use every view, ${name}`, { skip: noBrowser, timeout: 240_000 }, async () => {
    const person = await atDesk(browser, perch, login, { ...options, reducedMotion: 'reduce' });
    const { page } = person;
    const found = [];
    const check = async (what) => found.push(...(await violations(page)).map((each) => `${what}: ${each}`));
    const go = (to) => page.evaluate((hash) => { location.hash = hash; }, to);
    await page.locator('.empty').waitFor();
    await check('nothing to do');
    await page.locator('.empty .main').click();
    const { customer, contactId } = await open(perch, { SupportedMessagingContentTypes: ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive'] });
    await page.locator('.offer').waitFor();
    await check('an offer');
    await person.accept();
    await customer.say('Hello');
    await person.sees('Hello');
    await page.locator('.chain .node').first().waitFor();
    await check('a chat');
    await page.keyboard.press('Alt+t');
    await page.locator('.modal').waitFor();
    await check('a transfer');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+q');
    for (const kind of ['QuickReply', 'TimePicker', 'Carousel']) {
      await page.locator('.question select').first().selectOption(kind);
      await check(`a question, ${kind}`);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.locator('.palette').waitFor();
    await check('the palette');
    await page.keyboard.press('Escape');
    await go('#/floor');
    await page.locator('.figures tbody tr').first().waitFor();
    await page.locator(`.has[data-contact="${contactId}"]`).waitFor();
    await check('the floor');
    const another = await open(perch);
    await page.locator('.few').click();
    await page.locator('.queued li').first().waitFor();
    await check('those who wait');
    await page.keyboard.press('Escape');
    await page.locator('.tabs button').nth(1).click();
    await page.locator('.contacts tbody tr').first().waitFor();
    await check('the contacts');
    await leave(another.customer);
    await go('#/history');
    await page.locator('.listed li').first().waitFor();
    await check('the history');
    for (const kind of ['hours', 'profiles', 'users', 'security', 'views', 'widgets']) {
      await person.setting(kind);
      await page.locator('.listed li button').first().click();
      await page.locator('.setting .answers').waitFor();
      await check(kind);
    }
    await person.setting('keys');
    await page.locator('.listed .main').click();
    await page.locator('.setting .main').click();
    await page.locator('.once .main').waitFor();
    await check('a key');
    await page.locator('.once .main').click();
    await go(`#/settings/flows?contact=${contactId}`);
    await page.locator('.action.passed').first().waitFor();
    await page.locator('.graph .action').first().click();
    await page.locator('.code').waitFor();
    await check('a flow');
    await go('#/chats');
    await person.composer.waitFor();
    await person.end();
    await check('after-contact work');
    await leave(customer);
    await person.clear();
    await page.locator('.picker').click();
    await page.getByRole('menuitemradio', { name: 'Offline', exact: true }).first().click();
    await person.close();
    assert.deepEqual([found, person.errors], [[], []]);
  });
}

test('the sign-in page can be used by everybody', { skip: noBrowser, timeout: 60_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(new URL('/desk', perch.endpoint).href);
  await page.locator('input[name=username]').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.close();
});
