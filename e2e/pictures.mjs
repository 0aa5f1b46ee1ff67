// Pictures of the widget as people see it: three widths, light, dark and right to left. `npm run pictures` writes them to ../bin/pictures, or where it is told.

import { mkdir } from 'node:fs/promises';
import { startBrowser, visit } from './lib/browser.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';
import { eventually } from './lib/wait.mjs';

const to = process.argv[2] ?? '../bin/pictures';
const FRAME = '#amazon-connect-widget-frame';
const SIZES = [[360, 740], [768, 900], [1440, 900]];
const LOOKS = { light: ['light', ''], dark: ['dark', ''], rtl: ['light', 'ar'] };
/** Those that the documents show, small enough for a repository: copy them to docs. */
const SHOWN = { 'question-light-1440': 'widget.jpg', 'question-dark-360': 'widget-dark.jpg', 'chat-rtl-360': 'widget-rtl.jpg' };
const SAID = {
  '': { hello: 'Hi! My Whistler does not sing any more. Order **KL-2041**.', answer: 'Oh no! Let us look into that. Could you try two things?\n\n1. Rinse the whistle with vinegar\n2. Close the lid until it *clicks*\n\nThere is a short film on https://shop.example/whistle', thanks: 'It sings again, thank you!', ask: 'Lovely. Shall we send you a spare whistle?', yes: ['Yes, please', 'No, thank you'] },
  ar: { hello: 'مرحبًا! إبريق الشاي لا يصفر. رقم الطلب **KL-2041**.', answer: 'يؤسفنا ذلك! هل يمكنك تجربة أمرين؟\n\n1. اشطف الصافرة بالخل\n2. أغلق الغطاء حتى تسمع *نقرة*\n\nهناك مقطع قصير: https://shop.example/whistle', thanks: 'عاد يصفر، شكرًا!', ask: 'رائع. هل نرسل لك صافرة احتياطية؟', yes: ['نعم، من فضلك', 'لا، شكرًا'] },
};

await mkdir(to, { recursive: true });
const perch = await startPerch();
const browser = await startBrowser();
try {
  const [agent] = await perch.agents({ status: 'Available' });
  for (const language of ['', 'ar']) await story(agent, language);
} finally {
  await browser.close();
  await perch.stop();
}

/** One chat in one language, looked at in each size and colour that goes with it. */
async function story(agent, language) {
  const { page, close } = await visit(browser, `${perch.endpoint}/demo${language ? `?language=${language}` : ''}`, { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 });
  const frame = page.frameLocator(FRAME);
  const said = SAID[language];
  const say = async (text) => {
    await frame.locator('textarea').fill(text);
    await frame.locator('textarea').press('Enter');
    await eventually(async () => await frame.locator('.waiting').count() === 0, 'it is sent');
  };
  const shoot = async (name) => {
    for (const [look, [colorScheme, spoken]] of Object.entries(LOOKS)) {
      if (spoken !== language) continue;
      for (const [width, height] of SIZES) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
        await page.screenshot({ path: `${to}/${name}-${look}-${width}.png` });
        const shown = SHOWN[`${name}-${look}-${width}`];
        if (shown) await page.screenshot({ path: `${to}/${shown}`, type: 'jpeg', quality: 80, scale: 'css' });
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  await shoot('closed');
  await page.click('#ask');
  await frame.locator('textarea').waitFor();
  await say(said.hello);
  const row = await eventually(async () => (await agent.contacts()).find((each) => each.State === 'INCOMING'), 'a chat is offered');
  const person = await Participant.join(perch, await agent.accept(row.ContactId), { agent: true });
  await person.say(said.answer, { ContentType: 'text/markdown' });
  await frame.locator('ol').waitFor();
  await say(said.thanks);
  await person.signal('application/vnd.amazonaws.connect.event.message.read', { messageId: await eventually(() => person.items.all.findLast(({ Content }) => Content === said.thanks)?.Id, 'the agent has it') });
  await frame.locator('.status.read').waitFor();
  await person.signal('application/vnd.amazonaws.connect.event.typing');
  await frame.locator('.typing').waitFor();
  await shoot('chat');
  await person.say(JSON.stringify({ templateType: 'QuickReply', version: '1.0', data: { content: { title: said.ask, elements: said.yes.map((title) => ({ title })) } } }),
    { ContentType: 'application/vnd.amazonaws.connect.message.interactive' });
  await frame.locator('.choice').first().waitFor();
  await shoot('question');
  await frame.locator('.choice').first().click();
  await person.disconnect().catch(() => {});
  await agent.end(row.ContactId).catch(() => {});
  await frame.locator('textarea').fill('5');
  await frame.locator('textarea').press('Enter');
  await frame.locator('.after').waitFor();
  await shoot('ended');
  await agent.clear(row.ContactId).catch(() => {});
  await close();
}
