// A person at a desk in a browser of their own.

import { CreateUserCommand, ListRoutingProfilesCommand, ListSecurityProfilesCommand } from '@aws-sdk/client-connect';
import { DEADLINE_MS, eventually } from './wait.mjs';

// The browser tells the console of each call that is refused, as one is that the end of its chat has overtaken.
const OVERTAKEN = /status of (403|404|409)/;
const AFTER_THE_END = /\/participant\/\w+$|\/agent\/contacts\/[^/]+\/(accept|monitor|barge)$/;

/** Makes somebody with a security profile of the instance, and gives back how they sign in. */
export async function hire(perch, Username, profile) {
  const { InstanceId } = perch.info;
  const Password = `Secret123${Username}`;
  const { SecurityProfileSummaryList } = await perch.connect.send(new ListSecurityProfilesCommand({ InstanceId }));
  const { RoutingProfileSummaryList: [{ Id: RoutingProfileId }] } = await perch.connect.send(new ListRoutingProfilesCommand({ InstanceId }));
  await perch.connect.send(new CreateUserCommand({ InstanceId, Username, Password, IdentityInfo: { FirstName: Username, LastName: 'Lee' }, PhoneConfig: { PhoneType: 'SOFT_PHONE' },
    SecurityProfileIds: [SecurityProfileSummaryList.find(({ Name }) => Name === profile).Id], RoutingProfileId }));
  return { Username, Password };
}

export async function atDesk(browser, perch, login, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['notifications'], ...options });
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  const person = new AtDesk(context, page);
  page.on('pageerror', (error) => person.errors.push(error));
  page.on('console', (line) => {
    if (line.type() !== 'error') return;
    const { url } = line.location();
    if (OVERTAKEN.test(line.text()) && AFTER_THE_END.test(url)) person.overtaken.push(url);
    else if (!/status of 401/.test(line.text())) person.errors.push(`${line.text()} ${url}`);
  });
  page.on('websocket', () => { person.sockets += 1; });
  page.on('request', (request) => person.hosts.add(new URL(request.url()).host));
  await page.goto(new URL('/desk', perch.endpoint).href);
  await person.signIn(login);
  return person;
}

class AtDesk {
  errors = [];
  /** Addresses that were called when the chat had just ended. */
  overtaken = [];
  hosts = new Set();
  /** How many sockets have been opened. */
  sockets = 0;

  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  async signIn({ Username, Password }) {
    await this.page.locator('input[name=username]').fill(Username);
    await this.page.locator('input[name=password]').fill(Password);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.picker').waitFor();
  }

  async status(name) {
    await this.page.locator('.picker').click();
    await this.page.getByRole('menuitemradio', { name, exact: true }).first().click();
    await this.page.locator('.picker b', { hasText: name }).waitFor();
  }

  /** Waits for the offer and takes it by the keyboard. */
  async accept() {
    await this.page.locator('.offer').waitFor();
    await this.page.keyboard.press('Alt+a');
    await this.composer.waitFor();
  }

  /** Has the page's frames and short timers come half a second late, as on a busy machine, until the function that it gives is called. */
  async busy() {
    await this.page.evaluate(() => {
      const { requestAnimationFrame: frame, setTimeout: later } = window;
      window.requestAnimationFrame = (done) => later(() => frame(done), 500);
      window.setTimeout = (run, ms, ...rest) => later(run, ms >= 100 ? ms : 500, ...rest);
      window.rested = () => Object.assign(window, { requestAnimationFrame: frame, setTimeout: later });
    });
    return () => this.page.evaluate(() => window.rested());
  }

  /** Has such calls of the page wait until the function that it gives is called. */
  async held(method, url) {
    let free;
    const freed = new Promise((resolve) => { free = resolve; });
    await this.page.route(url, async (route) => {
      if (route.request().method() === method) await freed;
      await route.continue();
    });
    return free;
  }

  /** Searches the history, and again until what was said is among what can be found, which it is a moment after the end of a chat. */
  async finds(field, text, what) {
    await field.fill(text);
    await eventually(async () => {
      await this.page.keyboard.press('Enter');
      await this.page.locator('.history [role=status]', { hasText: 'found' }).waitFor({ state: 'attached' });
      return await what.count() > 0;
    }, `${text} is found`);
  }

  /** Goes to a page of settings. */
  async setting(kind) {
    await this.page.evaluate((to) => { location.hash = `#/settings/${to}`; }, kind);
    await this.page.locator(`.settings nav a[aria-current][href="#/settings/${kind}"]`).waitFor();
  }

  get composer() { return this.page.locator('.composer textarea'); }
  get timeline() { return this.page.locator('.talk .list'); }

  /** Says a text, with markup behind it that is not looked for. */
  async say(text, more = '') {
    await this.composer.fill(text + more);
    await this.page.keyboard.press('Enter');
    await this.sees(text);
    await eventually(async () => await this.page.locator('.unsent').count() === 0, 'it is sent');
  }

  sees(text) { return this.timeline.locator('.bubble', { hasText: text }).first().waitFor(); }

  async end() {
    await this.page.keyboard.press('Alt+e');
    await this.page.locator('.modal .main').click();
    await this.page.locator('.entry.ended').first().waitFor();
  }

  async clear() {
    await this.page.keyboard.press('Alt+c');
    await eventually(async () => await this.page.locator('.entry').count() === 0, 'the list is empty');
  }

  close() { return this.context.close(); }
}
