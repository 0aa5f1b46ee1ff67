// The story played wholly in pages: a customer in the widget, two agents at their desks, a transfer, a survey, and the customer's return.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { signIn } from './lib/agent.mjs';
import { violations } from './lib/axe.mjs';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { atDesk, hire } from './lib/desk.mjs';
import { openWidget, sign, snippet, startShop, startWithWidgets, visitShop } from './lib/shop.mjs';
import { wholly } from './lib/visitors.mjs';
import { eventually } from './lib/wait.mjs';

const TYPES = `amazon_connect('supportedMessagingContentTypes', ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive']);`;
let shop;
let house;
let browser;
let ana;
let ben;

before(async () => {
  if (noBrowser) return;
  shop = await startShop();
  house = await startWithWidgets({ shop: ['--domain', shop.origin] });
  browser = await startBrowser();
  const [first, second] = house.perch.info.Agents;
  ana = await atDesk(browser, house.perch, first);
  ben = await atDesk(browser, house.perch, second);
});
after(async () => {
  await browser?.close();
  await house?.stop();
  await shop?.stop();
});

/** The shop's page for somebody who is signed in there. */
function pageFor(person) {
  const { WidgetId, SecurityKey } = house.made.shop;
  const token = sign(SecurityKey, { sub: WidgetId, customerId: person, attributes: { tier: 'gold' } });
  return shop.page(`/${person}`, snippet(house.perch.endpoint, WidgetId, `${TYPES}
    amazon_connect('customerDisplayName', function(callback) { callback('Ada'); });
    amazon_connect('authenticate', function(callback) { callback('${token}'); });`));
}

const inWidget = (customer, text) => customer.frame.locator('.bubble', { hasText: text }).first().waitFor();

async function write(customer, text) {
  await customer.frame.locator('textarea').fill(text);
  await customer.frame.locator('textarea').press('Enter');
}

test('a chat goes from agent to agent to the survey, and its past is there when the customer is back', { skip: noBrowser, timeout: 300_000 }, async (t) => {
  const customer = await visitShop(browser, pageFor('ada'));

  await t.test('the first agent is offered the chat, sees what is known, and answers', async () => {
    await ana.status('Available');
    await openWidget(customer);
    await write(customer, 'My order is late');
    await ana.page.locator('.offer b', { hasText: 'Ada' }).waitFor();
    assert.match(await ana.page.title(), /^\(\d+\) Desk/);
    await ana.page.locator('.side dd', { hasText: 'gold' }).waitFor();
    await ana.page.locator('.side dd', { hasText: /^ada verified$/ }).waitFor();
    await ana.accept();
    await ana.sees('My order is late');
    await ana.say('I will look it up', ': **one moment**');
    await inWidget(customer, 'one moment');
    await ana.page.locator('.status', { hasText: /Delivered|Read/ }).waitFor();
  });

  await t.test('the agent asks with choices, by the keyboard, and reads which was taken', async () => {
    const { keyboard } = ana.page;
    await ana.page.keyboard.press('Alt+q');
    await ana.page.locator('.modal.question').waitFor();
    await keyboard.type('Which colour?');
    await ana.page.getByRole('textbox', { name: 'Choice 1' }).fill('Blue');
    await keyboard.press('Enter');
    await keyboard.type('Red');
    await keyboard.press('Enter');
    await keyboard.type('Green');
    await keyboard.press('Alt+ArrowUp');
    await eventually(async () => (await ana.page.locator('.question .choice span').allTextContents()).join() === 'Blue,Green,Red', 'they are in order');
    await keyboard.press('Control+Enter');
    await ana.timeline.locator('.question', { hasText: 'Which colour?' }).waitFor();
    await customer.frame.locator('.choice', { hasText: 'Green' }).click();
    await ana.timeline.locator('.row.them .bubble', { hasText: /^Green$/ }).waitFor();
  });

  await t.test('times and cards are answered in the words in which they were offered', async () => {
    await ana.page.getByRole('button', { name: 'Ask with choices' }).click();
    await ana.page.getByLabel('Type').first().selectOption('TimePicker');
    await ana.page.getByLabel('Title', { exact: true }).fill('When may we bring it?');
    await ana.page.getByLabel('Time 1', { exact: true }).fill('2030-05-04T09:30');
    await ana.page.locator('.question .main').click();
    await customer.frame.locator('.choice').first().click();
    await ana.timeline.locator('.row.them .bubble', { hasText: /May.*09:30/ }).waitFor();
    await ana.page.keyboard.press('Alt+q');
    await ana.page.getByLabel('Type').first().selectOption('Carousel');
    for (const [n, name] of ['Tents', 'Boats'].entries()) {
      const card = ana.page.locator('.question fieldset').nth(n);
      await card.getByLabel('Title', { exact: true }).fill(name);
      await card.getByRole('textbox', { name: 'Choice 1' }).fill(`${name} to buy`);
      await card.getByRole('textbox', { name: 'Choice 2' }).fill(`${name} to lend`);
    }
    await ana.page.locator('.question .main').click();
    await customer.frame.locator('.card .choice', { hasText: 'Boats to lend' }).click();
    await ana.timeline.locator('.row.them .bubble', { hasText: 'Boats: Boats to lend' }).waitFor();
  });

  await t.test('it is handed over with a note that the customer never sees', async () => {
    await ben.status('Available');
    const rest = await ana.busy(); // and goes to whom it says, however late its frames are
    await ana.page.keyboard.press('Alt+t');
    await ana.page.locator('.modal textarea').fill('She wants her money back');
    await ana.page.locator('.modal input').fill('ben');
    await ana.page.locator('.modal .main').click();
    await rest();
    await ana.page.locator('.entry.ended').waitFor();
    await ana.clear();
    await ben.page.locator('.offer').waitFor();
    await ben.sees('My order is late'); // before it is accepted
    await ben.accept();
    await ben.sees('I will look it up');
    await ben.page.locator('.notes li', { hasText: 'She wants her money back' }).waitFor();
    await ben.say('It comes on Monday');
    await inWidget(customer, 'It comes on Monday');
    assert.equal(await customer.frame.getByText('money back').count(), 0);
    await ben.page.locator('.begins', { hasText: 'with Ana' }).waitFor();
    await ben.page.locator('.begins.present', { hasText: 'with Ben' }).waitFor();
    assert.equal(await ben.page.locator('.talk .begins').count(), 2); // C1 and C2, each with who worked it
  });

  await t.test('the agent ends it, the survey asks, and the agent wraps up', async () => {
    await ben.end();
    await inWidget(customer, 'How would you rate our help');
    await write(customer, '5');
    await customer.frame.getByText('The chat has ended').first().waitFor();
    await ben.page.locator('.note textarea').fill('Refund was not needed');
    const free = await ben.held('POST', '**/notes');
    await ben.page.locator('.note .plain').click();
    await ben.page.locator('.note textarea').fill('and what is typed meanwhile stays');
    free();
    await ben.page.locator('.notes li', { hasText: 'Refund was not needed' }).waitFor();
    assert.equal(await ben.page.locator('.note textarea').inputValue(), 'and what is typed meanwhile stays');
    await ben.clear();
    await ben.status('Offline');
  });

  await t.test('the customer is back: the agent scrolls from today into the first contact', async () => {
    await customer.frame.getByRole('button', { name: 'Continue our last chat' }).click();
    await customer.frame.locator('textarea').waitFor();
    await write(customer, 'It did not come on Monday');
    await ana.accept();
    await ana.sees('It did not come on Monday');
    await ana.timeline.evaluate((list) => { list.scrollTop = 0; });
    for (const text of ['My order is late', 'I will look it up', 'It comes on Monday']) await ana.sees(text);
    for (const text of ['with Ana', 'with Ben', 'after the end']) await ana.page.locator('.begins', { hasText: text }).first().waitFor();
    const texts = await wholly(ana.page.locator('.talk'));
    const at = (text) => texts.findIndex((each) => each.includes(text));
    assert.ok(at('My order is late') < at('It comes on Monday') && at('It comes on Monday') < at('It did not come on Monday'), texts.join('\n'));
    assert.equal(texts.filter((each) => each.includes('My order is late')).length, 1);
    await ana.page.locator('.notes li', { hasText: 'Refund was not needed' }).waitFor();
  });

  await t.test('the chain is a picture whose contacts open their transcripts', async () => {
    const nodes = ana.page.locator('.chain .node');
    await eventually(async () => await nodes.count() === 4, 'today and C1, C2, C3');
    assert.equal(await ana.page.locator('.chain .link').count(), 1);
    await nodes.nth(1).focus();
    await ana.page.keyboard.press('Enter');
    await ana.page.locator('.modal.transcript .bubble', { hasText: 'It comes on Monday' }).waitFor();
    await ana.page.keyboard.press('Escape');
    await eventually(async () => await ana.page.locator('.modal').count() === 0, 'it is closed');
  });

  await t.test('a reload costs nothing: the chat is open, the draft is there', async () => {
    await ana.composer.fill('half a sentence');
    await ana.page.reload();
    await ana.composer.waitFor();
    assert.equal(await ana.composer.inputValue(), 'half a sentence');
    await ana.sees('It did not come on Monday');
  });

  await t.test('what is written without a network is sent, once, when it is back', async () => {
    await ana.context.setOffline(true);
    await ana.composer.fill('written in a tunnel');
    await ana.page.keyboard.press('Enter');
    await write(customer, 'said meanwhile');
    await ana.page.locator('.unsent').waitFor();
    await ana.context.setOffline(false);
    await ana.sees('said meanwhile');
    await inWidget(customer, 'written in a tunnel');
    await eventually(async () => await ana.page.locator('.unsent').count() === 0, 'nothing waits');
    assert.equal(await ana.timeline.locator('.bubble', { hasText: 'written in a tunnel' }).count(), 1);
  });

  await t.test('a long absence is read back whole, also where the customer goes on writing meanwhile', async () => {
    await ana.context.setOffline(true);
    const said = Array.from({ length: 130 }, (_, n) => `missed ${n}`);
    for (const text of said) await write(customer, text);
    await eventually(async () => await customer.frame.locator('.waiting').count() === 0, 'all are sent', 30_000);
    let asked = 0;
    await ana.page.route('**/participant/transcript', async (route) => {
      asked += 1;
      if (asked === 1) {
        await write(customer, 'said while it is read back');
        await eventually(async () => await customer.frame.locator('.status.delivered, .status.read').count() > 0, 'the desk has heard of it');
      }
      await route.continue();
    });
    await ana.context.setOffline(false);
    await ana.sees('said while it is read back');
    await ana.page.unroute('**/participant/transcript');
    const texts = (await wholly(ana.page.locator('.talk'))).filter((text) => /^missed|while it is read/.test(text));
    assert.deepEqual(texts, [...said, 'said while it is read back']);
  });

  await t.test('a second tab of the same person shows the same, and both stay signed in', async () => {
    const second = await ana.context.newPage();
    await second.goto(new URL('/desk', house.perch.endpoint).href);
    await second.locator('.talk .bubble', { hasText: 'said while it is read back' }).first().waitFor();
    await second.locator('.composer textarea').fill('from the second tab');
    await second.keyboard.press('Enter');
    await ana.sees('from the second tab');
    await second.close();
    await ana.say('and from the first');
  });

  assert.deepEqual([...ana.hosts], [new URL(house.perch.endpoint).host]);
  assert.deepEqual(ben.errors, []);
});

test('everything can be done by the keyboard', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { page } = ben;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('status avail');
  await page.keyboard.press('Enter');
  await page.locator('.picker b', { hasText: 'Available' }).waitFor();
  const chief = await signIn(house.perch.endpoint, await hire(house.perch, 'chief', 'Admin'));
  for (const [Shortcut, Text] of [['/away', 'We are back on Monday'], ['/hours', 'We are open till six']]) await chief.api('POST', 'replies', { Shortcut, Name: Shortcut, Text });
  const customer = await visitShop(browser, pageFor('bea'));
  await ana.status('Offline');
  await openWidget(customer);
  await write(customer, 'Hello');
  const replies = await ben.held('GET', '**/replies');
  await ben.busy(); // what is typed meanwhile is for the chat all the same
  await ben.accept();
  await page.keyboard.type('Hello yourself');
  await page.keyboard.press('Enter');
  await inWidget(customer, 'Hello yourself');
  await page.keyboard.type('/hou');
  await page.keyboard.press('Enter'); // before it is known what that stands for
  replies();
  await eventually(async () => await ben.composer.inputValue() === 'We are open till six', 'it is taken as soon as it is known');
  await page.keyboard.type(' sharp');
  await page.keyboard.press('Enter');
  await inWidget(customer, 'We are open till six sharp');
  await page.keyboard.type('/');
  await page.locator('.replies li', { hasText: '/away' }).waitFor();
  await page.keyboard.type('aw');
  await page.keyboard.press('Enter');
  await page.keyboard.type(' morning');
  await page.keyboard.press('Enter');
  await inWidget(customer, 'We are back on Monday morning');
  await page.keyboard.type('see our list');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.keyboard.press('Control+b');
  const marked = () => ben.composer.evaluate((field) => `${field.value} ${field.value.slice(field.selectionStart, field.selectionEnd)}`);
  await eventually(async () => await marked() === 'see our **list** list', 'it is bold, and stays marked');
  await page.keyboard.press('Control+k');
  await eventually(async () => await marked() === 'see our **[list](https://)** list', 'it is a link');
  await ben.composer.fill('');
  await page.route('**/participant/message', (route) => setTimeout(() => route.continue(), 1_000)); // it is still on its way when the chat is ended
  await page.keyboard.type('Goodbye');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+k'); // without words marked: the palette
  await page.keyboard.type('end chat');
  await page.keyboard.press('Enter');
  await page.locator('.modal.ask').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.entry.ended').waitFor();
  await inWidget(customer, 'Goodbye');
  await ben.clear();
});

test('the page is guarded and small', { skip: noBrowser }, async () => {
  const response = await fetch(new URL('/', house.perch.endpoint)); // who knows the server's name alone gets there
  assert.equal(new URL(response.url).pathname, '/desk');
  const policy = response.headers.get('content-security-policy');
  assert.doesNotMatch(policy, /unsafe|\*/);
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) assert.ok(policy.includes(part), part);
  const html = await response.text();
  assert.doesNotMatch(html, /<script(?![^>]*nonce)|style="/);
  let bytes = html.length;
  for (const [, path] of html.matchAll(/(?:src|href)="(\/pages\/[^"]+)"/g)) {
    const [file] = await once(get(new URL(path, house.perch.endpoint), { headers: { 'accept-encoding': 'gzip' } }), 'response');
    assert.equal(file.headers['content-encoding'], 'gzip');
    for await (const chunk of file) bytes += chunk.length;
  }
  assert.ok(bytes > 10_000 && bytes <= 200 * 1024, `${bytes} bytes`);
});

test('a password is changed by who knows it, and all their other sign-ins end', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = ben;
  const { Username, Password } = house.perch.info.Agents[1];
  const elsewhere = await atDesk(browser, house.perch, { Username, Password });
  await page.getByRole('button', { name: /^Menu/ }).click();
  await page.getByRole('button', { name: 'Change password' }).click();
  const change = async (present) => {
    await page.getByLabel('Present password').fill(present);
    await page.getByLabel('New password').fill('Battery staple 9');
    await page.keyboard.press('Enter');
  };
  await change('a guess of mine');
  await page.getByRole('alert').getByText('the present password is another').waitFor();
  assert.deepEqual(await violations(page.mainFrame()), []);
  await change(Password);
  await page.getByText('Your password has been changed.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await elsewhere.page.locator('input[name=username]').waitFor();
  await eventually(async () => await page.locator('.banner').count() === 0, 'the socket is back');
  await ben.status('Available');
  await ben.status('Offline');
  await elsewhere.signIn({ Username, Password: 'Battery staple 9' });
  await elsewhere.close();
});

test('the bearer is in no storage, and signing out ends the sign-in', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { page } = ben;
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.doesNotMatch(kept, /AgentToken|Bearer|perch_sign_in/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await page.locator('input[name=username]').waitFor();
  await page.reload();
  await page.locator('input[name=username]').waitFor();
});
