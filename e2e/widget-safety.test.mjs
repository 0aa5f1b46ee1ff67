// The widget in a stranger's page: nothing that anybody writes is run or asked for elsewhere, nobody but the page is heard, and no token leaves the frame.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateParticipantCommand } from '@aws-sdk/client-connect';
import { CompleteAttachmentUploadCommand, StartAttachmentUploadCommand } from '@aws-sdk/client-connectparticipant';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { stop } from './lib/chat.mjs';
import { BROKEN, INTERACTIVE, MARKDOWN, WORDS } from './lib/hostile.mjs';
import { message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { noS3, startS3 } from './lib/s3.mjs';
import { BUTTON, FRAME, answer, openWidget, snippet, startShop, startWithWidgets, visitShop } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

const TYPES = ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive', 'application/vnd.amazonaws.connect.message.interactive.response'];
let shop;
let stranger;
let s3;
let house;
let perch;
let browser;
let agent;

before(async () => {
  if (noBrowser) return;
  [shop, stranger] = [await startShop(), await startShop()];
  if (!noS3) s3 = await startS3();
  house = await startWithWidgets({ open: ['--unsigned', '--domain', shop.origin] }, { more: ['--starts-per-minute', '0', ...(s3 ? ['--files', s3.place] : [])] });
  perch = house.perch;
  browser = await startBrowser();
  [agent] = await perch.agents();
});
after(async () => {
  await browser?.close();
  await house?.stop();
  await s3?.stop();
  await shop?.stop();
  await stranger?.stop();
});

const own = () => [new URL(perch.endpoint).host, new URL(shop.origin).host];
const calls = (more = '') => `amazon_connect('snippetId', '${house.made.open.WidgetId}'); amazon_connect('supportedMessagingContentTypes', ${JSON.stringify(TYPES)});
  window.told = []; amazon_connect('contactMetadataHandler', (metadata) => { told.push(metadata); }); ${more}`;
/** A value inside a script of a page. */
const quoted = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');
const page = (path, more, headers) => shop.page(path, snippet(perch.endpoint, house.made.open.WidgetId, calls(more)), headers);
const contactOf = (visitor) => eventually(() => visitor.page.evaluate(() => window.told[0]?.chatContactId), 'the page is told of the contact');

async function talk(visitor) {
  await openWidget(visitor);
  await agent.status('Available');
  return answer(perch, agent, await contactOf(visitor));
}

async function tidy(visitor) {
  for (const { chatContactId } of await visitor.page.evaluate(() => window.told ?? [])) await stop(perch, chatContactId).catch(() => {});
  await agent.goHome();
  await visitor.close();
}

/** Nothing has run, nobody else was asked, nothing was even tried; links lead out without a way back. */
async function checkQuiet(visitor) {
  for (const each of visitor.page.frames()) assert.equal(await each.evaluate(() => window.hit), undefined, `a script has run in ${each.url()}`);
  assert.deepEqual(visitor.strangers(...own()), [], 'somebody else was asked');
  assert.deepEqual(visitor.record.errors, [], 'a script has failed');
  assert.deepEqual(visitor.record.console.all.filter(({ text }) => /Content.Security|TrustedHTML|Refused to/i.test(text)), [], 'something was tried, and refused');
  const inside = await visitor.inside();
  const links = await inside.evaluate(() => [...document.querySelectorAll('a[href]')].map(({ href, rel, target }) => ({ href, rel, target })));
  for (const { href, rel, target } of links) {
    assert.match(href, /^(https?:|mailto:|tel:)/, 'a link leads to a page');
    assert.ok(rel.includes('noopener') && rel.includes('noreferrer') && target === '_blank', `${href}: ${rel}`);
  }
  assert.equal(await inside.evaluate(() => document.querySelectorAll('.list script, .list iframe, .list object, .list embed, .list link, .list style, .list svg script, .list form[action], .list img:not([src^="data:image/"])').length), 0);
  return links.length;
}

/** Whether perch takes what is said: what is not as it should be it refuses. */
const takes = (saying) => saying.then(() => true, (error) => {
  assert.equal(error.name, 'ValidationException', error.message);
  return false;
});

/** Waits until the last of what was said is on the screen. */
async function said(person, visitor) {
  await person.say(`that was all of ${person.said = (person.said ?? 0) + 1}`);
  await visitor.frame.getByText(`that was all of ${person.said}`).waitFor();
}

test('whatever is said is text, in either direction', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const visitor = await visitShop(browser, page('/said', `amazon_connect('customerDisplayName', (callback) => callback(${quoted(WORDS[1])})); amazon_connect('contactAttributes', ${quoted(Object.fromEntries(WORDS.slice(0, 5).map((word, n) => [`a${n}`, word])))});`));
  const person = await talk(visitor);

  await t.test('plain', async () => {
    for (const word of WORDS) await person.say(word);
    await said(person, visitor);
    await checkQuiet(visitor);
    await visitor.frame.getByText(WORDS.at(-2), { exact: true }).waitFor(); // it is there to be read; older rows may be out of the document
  });

  await t.test('markdown', async () => {
    for (const word of MARKDOWN) await person.say(word, { ContentType: 'text/markdown' });
    await said(person, visitor);
    assert.ok(await checkQuiet(visitor) > 0, 'ordinary links are links');
  });

  await t.test('interactive messages and views', async () => {
    let shown = 0;
    for (const [n, each] of INTERACTIVE.entries()) {
      shown += await takes(person.say(JSON.stringify(each), { ContentType: TYPES[2] }));
      // As the last of all it is live, with what can be chosen of it: looked at for one word in four.
      if (n % 28 < 7) await checkQuiet(visitor);
    }
    assert.ok(shown >= WORDS.length * 3, `${shown} of ${INTERACTIVE.length} are shown`);
    await said(person, visitor);
    await checkQuiet(visitor);
  });

  await t.test('what is broken', async () => {
    for (const each of BROKEN) {
      await takes(person.say(each, { ContentType: TYPES[2] }));
    }
    await said(person, visitor);
    await checkQuiet(visitor);
    assert.equal(await visitor.page.evaluate(() => ({}).hit), undefined);
  });

  await t.test('file names', async () => {
    for (const name of [`"><img src=x onerror=top.hit=1>.txt`, `'-top.hit=1-'.txt`, '&lt;b&gt;.txt', `{{top.hit=1}}.txt`]) {
      const started = await perch.participant.send(new StartAttachmentUploadCommand({ ...person.bearer, AttachmentName: name, ContentType: 'text/plain', AttachmentSizeInBytes: 2 }));
      await fetch(started.UploadMetadata.Url, { method: 'PUT', headers: started.UploadMetadata.HeadersToInclude, body: 'hi' });
      await perch.participant.send(new CompleteAttachmentUploadCommand({ ...person.bearer, AttachmentIds: [started.AttachmentId] }));
      await visitor.frame.getByText(name).first().waitFor();
    }
    await checkQuiet(visitor);
  });

  await t.test('what the customer writes', async () => {
    for (const word of [WORDS[0], WORDS[1], MARKDOWN.at(-3)]) {
      await visitor.frame.locator('textarea').fill(word);
      await visitor.frame.locator('.send').click();
      await person.sees(message({ Content: word.trim(), ParticipantRole: 'CUSTOMER' }), 'it arrives as it is');
    }
    await checkQuiet(visitor);
  });

  await t.test('and the page that is reloaded shows the same', async () => {
    await visitor.page.reload();
    await visitor.frame.getByText(`that was all of ${person.said}`).waitFor();
    await checkQuiet(visitor);
  });
  await tidy(visitor);
});

test('names are text', { skip: noBrowser, timeout: 120_000 }, async () => {
  for (const DisplayName of [WORDS[0], WORDS[1], WORDS[14], WORDS[17]]) {
    const visitor = await visitShop(browser, page('/names'));
    await openWidget(visitor);
    const ContactId = await contactOf(visitor);
    const added = await perch.connect.send(new CreateParticipantCommand({ InstanceId: perch.info.InstanceId, ContactId, ParticipantDetails: { ParticipantRole: 'CUSTOM_BOT', DisplayName } }));
    const bot = await Participant.join(perch, { ContactId, ParticipantId: added.ParticipantId, ParticipantToken: added.ParticipantCredentials.ParticipantToken });
    await bot.say('beep');
    await visitor.frame.locator('.name', { hasText: DisplayName }).first().waitFor();
    await checkQuiet(visitor);
    await tidy(visitor);
  }
});

test('a page with a strict policy of its own shows the widget', { skip: noBrowser, timeout: 60_000 }, async () => {
  const address = shop.page('/strict', `<script nonce="abc">trustedTypes.createPolicy('default', { createScriptURL: (url) => (url.startsWith('${perch.endpoint}/') ? url : null) });</script>
${snippet(perch.endpoint, house.made.open.WidgetId, calls(), '<script type="text/javascript" nonce="abc">')}`, {
    'content-security-policy': `default-src 'none'; img-src data:; script-src 'nonce-abc' ${perch.endpoint}; frame-src ${perch.endpoint}; require-trusted-types-for 'script'; trusted-types default; base-uri 'none'`,
  });
  const visitor = await visitShop(browser, address);
  await openWidget(visitor);
  await visitor.frame.locator('textarea').fill('hello');
  await visitor.frame.locator('.send').click();
  await visitor.frame.getByText('hello', { exact: true }).waitFor();
  await checkQuiet(visitor);
  await tidy(visitor);
});

test('inside the frame no script runs but perch\'s, and HTML is not to be had', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await visitShop(browser, page('/inside'));
  await openWidget(visitor);
  const inside = await visitor.inside();
  const tried = await inside.evaluate(async () => {
    const refused = (action) => { try { action(); return false; } catch { return true; } };
    const script = document.createElement('script');
    const elsewhere = [];
    document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => { if (blockedURI.includes('evil.example')) elsewhere.push(effectiveDirective); });
    const out = {
      innerHTML: refused(() => { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); }),
      // In a task of its own: what the debugger runs may do more.
      eval: await new Promise((resolve) => { setTimeout(() => resolve(refused(() => { (0, eval)('1'); })), 0); }),
      // What Trusted Types do not hold back: it is the policy on scripts that refuses code made at run time.
      wasm: await new Promise((resolve) => { setTimeout(() => resolve(refused(() => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))), 0); }),
      scriptText: refused(() => { script.text = 'window.hit = 1'; }),
      policy: refused(() => { window.trustedTypes.createPolicy('mine', { createHTML: (html) => html }); }),
      fetch: await fetch('https://evil.example/').then(() => false, () => true),
    };
    const image = new Image();
    const failed = new Promise((resolve) => { image.onerror = () => resolve(true); image.onload = () => resolve(false); });
    image.src = 'https://evil.example/x.png';
    return { ...out, image: await failed, elsewhere: elsewhere.sort() };
  });
  assert.deepEqual(tried, { innerHTML: true, eval: true, wasm: true, scriptText: true, policy: true, fetch: true, image: true, elsewhere: ['connect-src', 'img-src'] });
  await tidy(visitor);
});

test('pages of strangers do not show the widget, and nothing is started for them', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await visitShop(browser, stranger.page('/', snippet(perch.endpoint, house.made.open.WidgetId, calls())));
  await visitor.page.locator(BUTTON).click();
  await visitor.record.console.first(({ type, text }) => type === 'error' && text.includes('frame-ancestors'), 'the browser refuses the frame');
  assert.deepEqual(visitor.record.requests.all.filter(({ pathname }) => /start|participant/.test(pathname)), []);
  const response = await fetch(`${perch.endpoint}/widget/${house.made.open.WidgetId}/start`, { method: 'POST', body: JSON.stringify({ Page: stranger.origin }) });
  assert.equal(response.status, 400);
  await visitor.close();
});

test('the frame hears the page around it alone, and the page its own frame alone', { skip: noBrowser, timeout: 60_000 }, async () => {
  // One of another site, and one whose origin may show the widget: neither is the page around the frame.
  const [evil, near] = [stranger, shop].map((site) => site.page('/evil', `<script>
    const words = [{ type: 'settings', settings: { language: 'de_DE' } }, { type: 'end' }, { type: 'overlay', id: 'x', overlay: { text: 'forged' } }, { type: 'answer', id: 0, value: 'forged' }];
    setInterval(() => {
      for (let n = 0; n < parent.length; n += 1) for (const word of words) parent[n].postMessage({ label: 'perch-widget', ...word }, '*');
      for (const word of [{ type: 'metadata', metadata: { chatContactId: 'forged' } }, { type: 'event', name: 'CHAT_ENDED', data: {} }, { type: 'close' }, { type: 'ask', id: 1, what: 'token' }]) parent.postMessage({ label: 'perch-widget', ...word }, '*');
      window.sent = true;
    }, 20);
  </script>`));
  const address = shop.page('/neighbour', `<iframe src="${evil}" title="an advertisement"></iframe><iframe src="${near}" title="a page of the shop's own"></iframe>${snippet(perch.endpoint, house.made.open.WidgetId, calls("window.asked = 0; amazon_connect('authenticate', (callback) => { asked++; callback(''); }); window.ended = 0; amazon_connect('registerCallback', { CHAT_ENDED: () => { ended++; } });"))}`);
  const visitor = await visitShop(browser, address);
  await openWidget(visitor);
  for (const url of [evil, near]) {
    const other = visitor.page.frames().find((each) => each.url() === url);
    await eventually(() => other.evaluate(() => window.sent), 'the neighbour has spoken');
  }
  await visitor.frame.locator('textarea').fill('still here');
  await visitor.frame.locator('.send').click();
  await visitor.frame.getByText('still here', { exact: true }).waitFor();
  await visitor.frame.getByPlaceholder('Write a message').waitFor();
  assert.equal(await visitor.frame.getByText('forged').count(), 0);
  assert.deepEqual(await visitor.page.evaluate(() => ({ told: window.told.length, asked: window.asked, ended: window.ended })), { told: 1, asked: 1, ended: 0 });
  await tidy(visitor);
});

test('no token comes into the page\'s reach', { skip: noBrowser, timeout: 60_000 }, async () => {
  const address = shop.page('/reach', `<script>window.heard = []; addEventListener('message', ({ data }) => heard.push(data));</script>${snippet(perch.endpoint, house.made.open.WidgetId, calls())}`);
  const visitor = await visitShop(browser, address);
  const person = await talk(visitor);
  await person.say('something private');
  await visitor.frame.getByText('something private').waitFor();
  const kept = await (await visitor.inside()).evaluate(() => decodeURIComponent(document.cookie)); // this browser gives the frame no other storage
  const token = /ParticipantToken\W+([\w.+/=-]{20,})/.exec(kept)?.[1];
  assert.ok(token, 'the frame has one');
  const reach = await visitor.page.evaluate(() => JSON.stringify({
    heard: window.heard, session: { ...sessionStorage }, local: { ...localStorage }, cookie: document.cookie, html: document.documentElement.outerHTML,
    entries: performance.getEntries().map(({ name }) => name), window: Object.keys(window), told: window.told,
  }));
  assert.ok(reach.includes('metadata'), 'the page was spoken to');
  assert.ok(!reach.includes(token) && !/"ParticipantToken|ConnectionToken|bearer/i.test(reach), 'it has no token');
  assert.ok(!reach.includes('something private'), 'nor what was said');
  assert.equal(await visitor.page.evaluate((id) => { try { return typeof document.querySelector(id).contentWindow.document; } catch { return 'closed'; } }, FRAME), 'closed');
  await tidy(visitor);
});

test('files go to a bucket and come from there by way of perch alone', { skip: noBrowser || noS3, timeout: 60_000 }, async () => {
  const visitor = await visitShop(browser, page('/files'));
  const person = await talk(visitor);
  await visitor.frame.locator('input[type=file]').setInputFiles({ name: 'receipt.txt', mimeType: 'text/plain', buffer: Buffer.from('two kettles') });
  await person.sees((item) => item.Type === 'ATTACHMENT' && item.Attachments[0].AttachmentName === 'receipt.txt', 'the file arrives');
  const file = visitor.frame.locator('button.file', { hasText: 'receipt.txt' });
  await file.waitFor();
  const downloading = visitor.page.waitForEvent('download');
  await file.click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'receipt.txt');
  let text = '';
  for await (const chunk of await download.createReadStream()) text += chunk;
  assert.equal(text, 'two kettles');
  assert.deepEqual(visitor.strangers(...own()), [], 'the bucket was not asked by the browser');
  await checkQuiet(visitor);
  await tidy(visitor);
});
