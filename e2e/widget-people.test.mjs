// What people expect of a chat, each in a browser, and that everybody can use it: axe-core in every state, the keyboard alone, reduced motion.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { violations } from './lib/axe.mjs';
import { noBrowser } from './lib/browser.mjs';
import { CONTENT } from './lib/items.mjs';
import { FRAME, openShop } from './lib/visitors.mjs';
import { eventually } from './lib/wait.mjs';

const INTERACTIVE = 'application/vnd.amazonaws.connect.message.interactive';
const picker = (templateType, content) => JSON.stringify({ templateType, version: '1.0', data: { content } });
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64');

let shop;
let agent;
before(async () => {
  if (noBrowser) return;
  shop = await openShop({ signed: false, flags: ['--pre-chat'] });
  agent = await shop.agent();
});
after(() => shop?.close());

test('what people expect', { skip: noBrowser, timeout: 300_000 }, async (t) => {
  const eve = await shop.visitor();
  const { page, frame } = eve;
  const inside = () => page.frames().find((each) => each.url().includes('/frame'));
  const accessible = async (state) => assert.deepEqual(await violations(inside()), [], state);
  const told = async (text) => eventually(async () => (await person.told()).at(-1) === text, `the agent is told ${text}`);
  let person;

  await t.test('a form before the chat, by keyboard alone', async () => {
    await page.locator('#amazon-connect-open-widget-button').focus();
    await page.keyboard.press('Enter');
    await frame.getByLabel('Your name').focus();
    await accessible('the form');
    await page.keyboard.type('Eve');
    await page.keyboard.press('Tab');
    await page.keyboard.type('My kettle is silent');
    await page.reload();
    assert.equal(await frame.getByLabel('What is it about?').inputValue(), 'My kettle is silent', 'what was typed is kept');
    await frame.getByLabel('Your name').fill('Eve');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await frame.getByText('My kettle is silent').waitFor();
  });

  await t.test('a place in the queue, and who has joined', async () => {
    await frame.getByText('You are next').waitFor();
    await accessible('waiting');
    person = await shop.take(agent);
    await frame.getByText(/You are talking with/).waitFor();
    await frame.getByText(/has joined/).waitFor();
  });

  await t.test('typing, delivered and read', async () => {
    await person.signal(CONTENT.typing);
    await frame.locator('.typing').waitFor();
    await accessible('the agent types');
    await eve.say('Are you there?');
    await frame.locator('.row:not(.waiting)', { hasText: 'Are you there?' }).locator('.status.sent').waitFor();
    const { Transcript } = await person.page({ MaxResults: 5, ScanDirection: 'BACKWARD', SortOrder: 'DESCENDING' });
    const { Id } = Transcript.find(({ Content }) => Content === 'Are you there?');
    await person.signal(CONTENT.delivered, { messageId: Id });
    await frame.locator('.status.delivered').waitFor();
    await person.signal(CONTENT.read, { messageId: Id });
    await frame.locator('.status.read').waitFor();
    await person.say('I am');
    await frame.getByText('I am', { exact: true }).waitFor();
    assert.equal(await frame.locator('.typing').count(), 0);
    await eventually(async () => (await person.page({ MaxResults: 5, ScanDirection: 'BACKWARD' })).Transcript.find(({ Content }) => Content === 'I am').MessageMetadata?.Receipts?.[0]?.ReadTimestamp, 'the agent is told that it was read');
  });

  await t.test('markdown by the toolbar and by keys, links, emoji', async () => {
    const field = frame.locator('textarea');
    await field.fill('it is bold');
    await field.evaluate((element) => element.setSelectionRange(6, 10));
    await frame.getByRole('button', { name: 'Bold' }).click();
    assert.equal(await field.inputValue(), 'it is **bold**');
    await field.press('Enter');
    await frame.locator('.mine strong', { hasText: 'bold' }).waitFor();
    await field.fill('slanted');
    await field.press('ControlOrMeta+a');
    await field.press('ControlOrMeta+i');
    assert.equal(await field.inputValue(), '_slanted_');
    await field.fill('see https://shop.example/a. ');
    await field.press('Enter');
    const link = frame.locator('a[href="https://shop.example/a"]');
    assert.match(await link.getAttribute('rel'), /noopener/);
    await frame.getByRole('button', { name: 'Emoji' }).click();
    await accessible('emoji');
    await page.keyboard.press('Escape');
    assert.equal(await frame.locator('.emoji').count(), 0);
    await frame.getByRole('button', { name: 'Emoji' }).click();
    await frame.getByRole('button', { name: '👍' }).click();
    await field.press('Enter');
    await told('👍');
    await accessible('a conversation');
  });

  await t.test('interactive messages are shown and answered, once', async () => {
    const elements = [{ title: 'Red', subtitle: 'like a fire' }, { title: 'Blue' }];
    for (const [kind, content, choice, answer] of [
      ['ListPicker', { title: 'Which colour?', subtitle: 'One of two', elements }, /Red/, 'Red'],
      ['QuickReply', { title: 'Again?', elements }, /Blue/, 'Blue'],
      ['Panel', { title: 'What shall we do?', elements }, /Red/, 'Red'],
      ['TimePicker', { title: 'When?', timeZoneOffset: 0, timeslots: [{ date: '2027-01-04T10:00+00:00', duration: 60 }] }, /Jan/, '2027-01-04T10:00+00:00'],
      ['Carousel', { title: 'Look', elements: ['p1', 'p2'].map((templateIdentifier) => ({ templateType: 'Panel', templateIdentifier, version: '1.0', data: { content: { title: templateIdentifier, elements } } })) }, /Blue/,
        JSON.stringify({ templateIdentifier: 'p1', listTitle: 'p1', selectionText: 'Blue' })],
    ]) {
      await person.say(picker(kind, content), { ContentType: INTERACTIVE });
      const button = frame.locator('.row').last().getByRole('button', { name: choice }).first();
      await button.waitFor().catch((error) => { throw new Error(`${kind}: ${error.message}`); });
      await accessible(kind);
      await button.click();
      await told(answer);
      await eventually(async () => await frame.locator('.choice').count() === 0, `${kind} is answered once`);
    }
  });

  await t.test('files by the button, pasted and dropped, with their pictures', async () => {
    await frame.locator('input[type=file]').setInputFiles({ name: 'button.txt', mimeType: 'text/plain', buffer: Buffer.from('by the button') });
    await frame.locator('.row:not(.waiting) .file', { hasText: 'button.txt' }).waitFor();
    for (const [kind, target] of [['paste', 'textarea'], ['drop', 'form.composer']]) {
      await frame.locator(target).evaluate((element, { kind: type, bytes }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], `${type}.png`, { type: 'image/png' }));
        element.dispatchEvent(type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }, { kind, bytes: [...PNG] });
      await frame.locator('.row:not(.waiting) .file', { hasText: `${kind}.png` }).waitFor();
    }
    await frame.locator('.row:not(.waiting) img.preview').first().waitFor();
    await accessible('files');
    await page.route('**/participant/start-attachment-upload', (route) => route.fulfill({ status: 500, body: '{"message":"not now"}' }), { times: 1 });
    await frame.locator('input[type=file]').setInputFiles({ name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from('again') });
    await frame.getByText('The file could not be sent').waitFor();
    await accessible('a file that was not sent');
    await frame.getByRole('button', { name: 'Send again' }).click();
    await frame.locator('.row:not(.waiting) .file', { hasText: 'again.txt' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), frame.locator('.file', { hasText: 'button.txt' }).click()]);
    assert.equal(await readFile(await download.path(), 'utf8'), 'by the button');
  });

  await t.test('a message that is not taken can be sent again', async () => {
    await page.route('**/participant/message', (route) => route.fulfill({ status: 400, body: '{"message":"no"}' }), { times: 1 });
    await eve.say('second try');
    await frame.getByText('Not sent').waitFor();
    await accessible('a message that was not sent');
    await frame.getByRole('button', { name: 'Send again' }).click();
    await told('second try');
  });

  await t.test('a sound, once, for what nobody is looking at, until it is turned off', async () => {
    await inside().evaluate(() => { // counts what is played; a tone is two notes
      const { start } = OscillatorNode.prototype;
      window.notes = 0;
      OscillatorNode.prototype.start = function count(...at) { window.notes += 1; return start.apply(this, at); };
    });
    await frame.locator('.list').click(); // browsers are silent before somebody has touched the page
    const played = () => inside().evaluate(() => window.notes);
    await person.say('While you look');
    await frame.getByText('While you look').waitFor();
    assert.equal(await played(), 0, 'it can be seen');
    const hears = async (text, unread, notes) => {
      await frame.getByRole('button', { name: 'Minimise' }).click();
      for (let n = 1; n <= unread; n += 1) {
        await person.say(text);
        await page.getByRole('button', { name: `Open chat, ${n} new` }).waitFor();
      }
      assert.equal(await played(), notes, text);
      await page.getByRole('button', { name: /Open chat/ }).click();
      await frame.getByText(text).first().waitFor();
    };
    await hears('Ding', 2, 4);
    await frame.getByRole('button', { name: 'Menu' }).click();
    await frame.getByRole('menuitem', { name: 'Turn sound off' }).click();
    await hears('In silence', 1, 4);
    await frame.getByRole('button', { name: 'Menu' }).click();
    await frame.getByRole('menuitem', { name: 'Turn sound on' }).click();
    await hears('Ding again', 1, 6);
  });

  await t.test('minimised: a count, and the page says so', async () => {
    await frame.getByRole('button', { name: 'Minimise' }).click();
    await person.say('Still there?');
    await page.getByRole('button', { name: 'Open chat, 1 new' }).waitFor();
    assert.match(await page.title(), /^\(1\)/);
    await page.getByRole('button', { name: /Open chat/ }).click();
    await frame.getByText('Still there?').waitFor();
    await eventually(async () => await page.title() === 'Shop', 'the title is the page\'s own again');
  });

  await t.test('a menu for the keyboard, with the transcript to keep', async () => {
    await frame.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    await frame.getByRole('menuitem', { name: 'Download transcript' }).waitFor();
    await accessible('the menu');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.match(await readFile(await download.path(), 'utf8'), /My kettle is silent/);
  });

  await t.test('dark, small and in another language', async () => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await accessible('dark');
    await page.setViewportSize({ width: 360, height: 640 });
    await accessible('on a phone');
    await eventually(async () => assert.deepEqual(await page.locator(FRAME).boundingBox(), { x: 0, y: 0, width: 360, height: 640 }) ?? true, 'it has all of the screen');
    for (const [language, send, direction] of [['de_DE', 'Senden', 'ltr'], ['ar', 'إرسال', 'rtl']]) {
      await page.evaluate((value) => window.amazon_connect('language', value), language);
      await frame.getByRole('button', { name: send, exact: true }).waitFor();
      assert.equal(await inside().evaluate(() => document.documentElement.dir), direction);
      await accessible(language);
    }
    await page.evaluate(() => window.amazon_connect('language', 'en_US'));
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await person.signal(CONTENT.typing);
    await frame.locator('.typing i').first().waitFor();
    assert.equal(await frame.locator('.typing i').first().evaluate((element) => getComputedStyle(element).animationIterationCount), '1');
  });

  await t.test('no end without a question', async () => {
    await frame.locator('input[type=file]').setInputFiles({ name: 'receipt.txt', mimeType: 'text/plain', buffer: Buffer.from('one kettle') });
    await frame.locator('.row:not(.waiting) .file', { hasText: 'receipt.txt' }).waitFor();
    const ask = async () => { await frame.getByRole('button', { name: 'Menu' }).click(); await frame.getByRole('menuitem', { name: 'End chat' }).click(); };
    await ask();
    await frame.getByRole('dialog').waitFor();
    await accessible('the question');
    await page.keyboard.press('Escape');
    await frame.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await frame.locator('textarea').count(), 1, 'it goes on');
    await ask();
    await frame.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
    await frame.getByRole('button', { name: 'Start a new chat' }).waitFor();
    await accessible('the end');
    const [download] = await Promise.all([page.waitForEvent('download'), (async () => { await frame.getByRole('button', { name: 'Menu' }).click(); await frame.getByRole('menuitem', { name: 'Download transcript' }).click(); })()]);
    assert.match(await readFile(await download.path(), 'utf8'), /Still there\?/);
  });

  await t.test('files of a chat that has ended are there, also in a page that is loaded after it', async () => {
    const file = frame.locator('.row .file', { hasText: 'receipt.txt' });
    const reads = async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), file.click()]);
      assert.equal(await readFile(await download.path(), 'utf8'), 'one kettle');
    };
    await reads();
    await page.reload();
    await file.waitFor();
    await reads();
  });

  await t.test('without a line, it says so', async () => {
    await frame.getByRole('button', { name: 'Continue our last chat' }).click();
    await frame.locator('textarea').waitFor();
    shop.proxy.refuse();
    await frame.getByText('No connection').waitFor();
    await accessible('away');
    shop.proxy.mend();
  });
  await eve.leave();
});
