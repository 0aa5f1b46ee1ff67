// The chat widget on its demo page, in a browser: a chat, a page that is reloaded, a message that is no script, and how small it is.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { noBrowser, startBrowser, visit } from './lib/browser.mjs';
import { describe } from './lib/chat.mjs';
import { Participant } from './lib/participant.mjs';
import { message } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

const FRAME = '#amazon-connect-widget-frame';
const HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> [x](javascript:window.hit=1) **bold**';
let perch;
let browser;
let agent;

before(async () => {
  if (noBrowser) return;
  perch = await startPerch();
  browser = await startBrowser();
  [agent] = await perch.agents();
  await agent.status('Available'); // alone, so that nobody else is offered the chat
});
after(async () => {
  await browser?.close();
  await perch?.stop();
});

test('the widget on the demo page', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const { page, record } = await visit(browser, `${perch.endpoint}/demo`);
  const frame = page.frameLocator(FRAME);
  let person;

  await t.test('nothing but the loader is fetched before it is opened', async () => {
    await page.locator('#amazon-connect-open-widget-button').waitFor();
    assert.deepEqual(record.requests.all.map(({ url }) => new URL(url)).filter(({ protocol }) => protocol === 'http:').map(({ pathname }) => pathname),
      ['/demo', '/amazon-connect-chat-interface-client.js']);
  });

  await t.test('messages go both ways', async () => {
    await page.click('#ask');
    await frame.locator('textarea').fill('Where is my kettle?');
    await frame.locator('.send').click();
    const row = await eventually(async () => (await agent.contacts()).find((each) => each.State === 'INCOMING'), 'the chat is offered');
    person = await Participant.join(perch, await agent.accept(row.ContactId), { agent: true });
    assert.equal((await describe(perch, row.ContactId)).Channel, 'CHAT');
    await person.say(HOSTILE, { ContentType: 'text/markdown' });
    await frame.locator('strong', { hasText: 'bold' }).waitFor();
    await frame.locator('textarea').fill('Thank you');
    await frame.locator('textarea').press('Enter');
    await person.sees(message({ Content: 'Thank you' }), 'the agent sees it');
  });

  await t.test('a message is no script', async () => {
    const inside = page.frames().find((each) => each.url().includes('/frame'));
    for (const each of [page, inside]) assert.equal(await each.evaluate(() => window.hit), undefined);
    assert.equal(await inside.locator('.bubble img, .bubble a, .bubble script').count(), 0);
  });

  await t.test('a page that is reloaded goes on, and keeps what was not sent', async () => {
    await frame.locator('textarea').fill('half a sentence');
    await page.reload();
    await frame.getByText('Where is my kettle?').waitFor();
    assert.equal(await frame.getByText('Where is my kettle?').count(), 1);
    assert.equal(await frame.locator('textarea').inputValue(), 'half a sentence');
  });

  await t.test('another tab has the chat, too, however long the first takes to answer', async () => {
    await page.frames().find((each) => each.url().includes('/frame')).evaluate(() => {
      const { postMessage } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = function late(said) { setTimeout(() => postMessage.call(this, said), 1_000); };
    });
    const tab = await page.context().newPage();
    await tab.goto(`${perch.endpoint}/demo`);
    await tab.locator('#amazon-connect-open-widget-button').click();
    await tab.frameLocator(FRAME).getByText('Where is my kettle?').waitFor();
    await tab.close();
  });

  await t.test('what was said while the network was gone is there, once, in order', async () => {
    const inside = page.context();
    await inside.setOffline(true);
    await frame.locator('textarea').fill('sent without a network');
    await frame.locator('.send').click();
    await person.say('said meanwhile');
    await inside.setOffline(false);
    await frame.getByText('said meanwhile').waitFor();
    await person.sees(message({ Content: 'sent without a network' }), 'it arrives');
    await eventually(async () => await frame.locator('.waiting').count() === 0, 'nothing waits');
    assert.equal(await frame.getByText('sent without a network').count(), 1);
  });

  await t.test('nobody but perch was asked', async () => {
    assert.deepEqual([...record.hosts], ['127.0.0.1']);
  });

  await t.test('it is small', async () => {
    const size = async (path) => {
      const [response] = await once(get(new URL(path, perch.endpoint), { headers: { 'accept-encoding': 'gzip' } }), 'response');
      assert.equal(response.headers['content-encoding'], 'gzip');
      let bytes = 0;
      for await (const chunk of response) bytes += chunk.length;
      return bytes;
    };
    assert.ok(await size('/amazon-connect-chat-interface-client.js') <= 10_240);
    assert.ok(await size('/pages/widget.js') + await size('/pages/widget.css') <= 61_440);
  });
});
