// A chat that is not lost: pages that come and go, tabs, devices, networks and servers that die, in a browser, with the real thing cut.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noBrowser } from './lib/browser.mjs';
import { FRAME, openShop } from './lib/visitors.mjs';
import { eventually } from './lib/wait.mjs';

let shop;
let agent;
before(async () => {
  if (noBrowser) return;
  shop = await openShop({ flags: ['--ask-continue'] });
  agent = await shop.agent();
});
after(() => shop?.close());

test('a chat survives whatever happens to its page, its network and its server', { skip: noBrowser, timeout: 300_000 }, async (t) => {
  const ada = await shop.visitor({ person: 'ada' });
  let person;
  let phone;

  await t.test('it begins', async () => {
    await ada.open();
    await ada.say('one');
    person = await shop.take(agent);
    await person.say('two');
    await ada.showsAll(person);
  });

  await t.test('on another page of the site', async () => {
    await ada.frame.locator('textarea').fill('half a sentence');
    await ada.page.goto(shop.page({ person: 'ada', more: { language: 'en_GB' } }));
    await ada.showsAll(person);
    assert.equal(await ada.frame.locator('textarea').inputValue(), 'half a sentence');
    await ada.say('three');
  });

  await t.test('in a second tab, where both can write', async () => {
    const tab = await ada.page.context().newPage();
    await tab.goto(shop.page({ person: 'ada' }));
    await ada.open(tab);
    const frame = tab.frameLocator(FRAME);
    await ada.say('from the second tab', frame);
    await ada.say('from the first tab');
    await ada.showsAll(person, frame);
    await ada.page.bringToFront();
    await ada.showsAll(person);
    await tab.close();
  });

  await t.test('on another device of the same person, with a token of its own', async () => {
    phone = await shop.visitor({ person: 'ada' });
    await phone.open();
    await phone.say('from the phone');
    await phone.showsAll(person);
    await ada.showsAll(person);
  });

  await t.test('with no network for an hour, which the page and the server have both lived through', async () => {
    const train = await shop.visitor({ person: 'ada' });
    await train.page.clock.install(); // holds for what is loaded from now on
    await train.page.goto(shop.page({ person: 'ada' }));
    await train.open();
    await train.showsAll(person);
    const inside = train.page.frames().find((each) => each.url().includes('/frame'));
    const began = await inside.evaluate(() => Date.now());
    const tries = () => train.record.requests.all.filter(({ url, method }) => method === 'POST' && url.endsWith('/participant/connection')).length;
    const before = tries();
    shop.proxy.refuse();
    for (let minute = 0; minute < 60; minute += 1) {
      if (minute % 20 === 5) await train.say(`from the tunnel, minute ${minute}`);
      if (minute % 3 === 0) await person.say(`into the tunnel, minute ${minute}`);
      await train.page.clock.runFor(60_000);
      if (minute % 10 === 9) await fetch(`${shop.direct}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: '10m' }) });
    }
    await train.frame.locator('textarea').fill('half a sentence from the tunnel');
    assert.ok(await inside.evaluate(() => Date.now()) - began >= 3_600_000, 'an hour has passed in the page');
    assert.ok(tries() - before >= 60, `it has tried again all the time: ${tries() - before} times`);
    await train.frame.getByText('No connection').waitFor();
    shop.proxy.mend();
    await train.page.clock.runFor(20_000);
    const all = await train.showsAll(person);
    assert.deepEqual(all.slice(-3), [5, 25, 45].map((minute) => `from the tunnel, minute ${minute}`));
    assert.equal(await train.frame.locator('textarea').inputValue(), 'half a sentence from the tunnel');
    await train.leave();
    await ada.showsAll(person);
  });

  await t.test('with a network that falls silent while 230 things are said', async () => {
    shop.proxy.silence();
    await ada.say('said in the tunnel');
    await ada.say('and another');
    for (let n = 0; n < 230; n += 1) await person.say(`meanwhile ${n}`);
    await ada.frame.getByText('No connection').waitFor();
    await ada.say('and a third, knowing it');
    shop.proxy.mend();
    const all = await ada.showsAll(person);
    assert.deepEqual(all.slice(-3), ['said in the tunnel', 'and another', 'and a third, knowing it']);
    await phone.showsAll(person);
    await phone.leave();
  });

  await t.test('with what is pushed while the gap is still being read', async () => {
    shop.proxy.refuse();
    for (let n = 0; n < 120; n += 1) await person.say(`gap ${n}`);
    await ada.page.route('**/participant/transcript', async (route) => { await person.say(`during ${Date.now()}`); await route.continue(); });
    shop.proxy.mend();
    await ada.showsAll(person);
    await ada.page.unroute('**/participant/transcript');
  });

  await t.test('on a laptop that sleeps for an hour of the server', async () => {
    const protocol = await ada.page.context().newCDPSession(ada.page);
    await protocol.send('Page.setWebLifecycleState', { state: 'frozen' });
    shop.proxy.refuse();
    await person.say('are you asleep?');
    await fetch(`${shop.direct}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: '1h' }) });
    shop.proxy.mend();
    await protocol.send('Page.setWebLifecycleState', { state: 'active' });
    await ada.showsAll(person);
  });

  await t.test('when the server is killed and comes again', async () => {
    await ada.say('before the fall');
    await shop.kill();
    await ada.say('while it lay');
    await shop.restart();
    await ada.showsAll(person);
    assert.equal((await person.told()).at(-1), 'while it lay');
  });

  await t.test('when it ends behind a cut network: the last words are there, and what was not sent is kept', async () => {
    shop.proxy.refuse();
    await ada.say('never sent');
    await person.say('the last words');
    const last = await person.told();
    agent = await shop.agent();
    await agent.end(person.row.ContactId);
    await eventually(async () => (await agent.contacts()).every(({ State }) => State !== 'CONNECTED'), 'the agent has left');
    await fetch(`${shop.direct}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: '3h' }) }); // the survey gives up
    shop.proxy.mend();
    await ada.frame.getByRole('button', { name: 'Continue our last chat' }).waitFor();
    assert.deepEqual(await ada.wholly(), [...last, 'never sent']);
    await ada.page.reload();
    await ada.frame.getByRole('button', { name: 'Continue our last chat' }).waitFor();
    assert.deepEqual(await ada.wholly(), [...last, 'never sent'], 'an ended chat is there after a reload, too');
    assert.equal(await ada.frame.locator('.failed').count(), 1);
  });

  await t.test('gone on with, as one timeline', async () => {
    const [row] = await agent.contacts();
    if (row) await agent.clear(row.ContactId);
    await ada.frame.getByRole('button', { name: 'Continue our last chat' }).click();
    await ada.frame.locator('textarea').waitFor();
    assert.equal(await ada.frame.locator('textarea').inputValue(), 'never sent');
    await ada.frame.locator('textarea').press('Enter');
    person = await shop.take(agent);
    await ada.showsAll(person);
    await ada.frame.locator('.divider', { hasText: 'This chat' }).waitFor();
  });

  await t.test('not shown to another person at the same browser', async () => {
    await ada.page.goto(shop.page({ person: 'bob' }));
    await ada.frame.getByText('You are next').waitFor();
    assert.deepEqual(await ada.wholly(), []);
  });
  await ada.leave();
});
