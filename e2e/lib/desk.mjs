// A person at a desk in a browser of their own.

import { DEADLINE_MS, eventually } from './wait.mjs';

export async function atDesk(browser, perch, login, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['notifications'], ...options });
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  const person = new AtDesk(context, page);
  page.on('pageerror', (error) => person.errors.push(error));
  page.on('console', (line) => { if (line.type() === 'error' && !/status of 401/.test(line.text())) person.errors.push(line.text()); });
  page.on('websocket', () => { person.sockets += 1; });
  page.on('request', (request) => person.hosts.add(new URL(request.url()).host));
  await page.goto(new URL('/desk', perch.endpoint).href);
  await person.signIn(login);
  return person;
}

class AtDesk {
  errors = [];
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
