// Signing in within a chat, when its flow asks for that: which question is open, and the address at which it is answered.

import { CONTENT, Refused, type Item } from './wire.ts';

/** What a page gives so that its customers can sign in: where the provider sends them back to, and which provider it is to offer. */
export interface SignInParameters {
  redirectUri: string;
  identityProvider?: string;
}

/** A question that is open. Without an address nobody can sign in from this page, and all that is left is to go on without. */
export interface SignInQuestion {
  item: string;
  session: string;
  address: string;
  /** What the customer has said to it: nothing yet, no, or a no that did not get through. */
  declined: '' | 'sending' | 'failed';
}

interface Around {
  parameters(): SignInParameters | undefined;
  items(): Item[];
  up(): boolean;
  call<T>(path: string, body: object): Promise<T>;
  /** The bearer does not hold any more, or the chat has ended. */
  lost(): void;
  /** The customer can sign in, and the provider will send this state back. */
  offered(state: string): void;
  change(): void;
}

const OURS = [CONTENT.signIn, CONTENT.signedIn, CONTENT.signInFailed, CONTENT.signInLate, CONTENT.signInDeclined];
export const isAboutSignIn = (item: Item) => OURS.includes(item.ContentType);

const SLOWEST = 15_000; // milliseconds between two tries
const loopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** The address as a link may have it, with the provider that the page wishes for; null where people should not be sent there. */
export function addressOf(given: string, identityProvider: string | undefined): URL | null {
  const more = identityProvider ? `&identity_provider=${encodeURIComponent(identityProvider)}` : '';
  try {
    const url = new URL(given + more);
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopback(url.hostname)) ? url : null;
  } catch {
    return null;
  }
}

function sessionOf(item: Item): string {
  try {
    return String(JSON.parse(item.Content ?? '{}').SessionId ?? '');
  } catch {
    return '';
  }
}

export class SignIn {
  question: SignInQuestion | null = null;
  /** Rises whenever what is to be seen of a question changes. */
  revision = 0;
  #asked = ''; // what the address is being asked for, or has been

  constructor(readonly around: Around) {}

  /** Looks whether a question is open. There is one at a time, and whatever is said about it later answers it. */
  look() {
    const last = this.around.items().findLast((item) => item.ContactId && isAboutSignIn(item));
    const open = last?.ContentType === CONTENT.signIn ? last : undefined;
    if (this.question && this.question.item !== open?.Id) this.#become(null);
    const session = open && sessionOf(open);
    const parameters = this.around.parameters();
    const asked = session ? JSON.stringify([open.Id, parameters]) : '';
    if (asked === this.#asked || (asked && !this.around.up())) return;
    this.#asked = asked;
    if (session) void this.#ask({ item: open.Id, session, address: '', declined: '' }, asked, parameters);
  }

  /** The chat is over, and with it every question. */
  close() {
    this.#asked = '';
    this.#become(null);
  }

  async #ask(question: SignInQuestion, asked: string, parameters: SignInParameters | undefined) {
    for (let wait = 1_000; this.#asked === asked; wait = Math.min(SLOWEST, wait * 2)) {
      try {
        const url = parameters && (await this.#address(question.session, parameters));
        if (this.#asked !== asked) return;
        if (!url)
          console.error(
            '[chat] nobody can sign in from this page: authenticationParameters has no redirectUri, or the address is no web page',
          );
        else this.around.offered(url.searchParams.get('state') ?? '');
        return this.#become({ ...question, address: url?.href ?? '' });
      } catch (error) {
        if (this.#asked !== asked) return;
        const refused = error instanceof Refused ? error : new Refused(0, String(error));
        if (refused.status === 403 || !this.around.up()) {
          this.#asked = ''; // it is asked for again when there is a line
          return refused.status === 403 ? this.around.lost() : undefined;
        }
        if (!refused.passing) {
          console.error(`[chat] nobody can sign in from this page: ${refused.message}`);
          return this.#become(question);
        }
        await new Promise((resolve) => {
          setTimeout(resolve, wait);
        });
      }
    }
  }

  async #address(SessionId: string, { redirectUri, identityProvider }: SignInParameters) {
    const { AuthenticationUrl } = await this.around.call<{ AuthenticationUrl: string }>('/participant/authentication-url', {
      SessionId,
      RedirectUri: redirectUri,
    });
    return addressOf(AuthenticationUrl, identityProvider);
  }

  /** Goes on without; the chat says so itself when it does. */
  async decline() {
    const { question } = this;
    if (!question || question.declined === 'sending') return;
    this.#become({ ...question, declined: 'sending' });
    try {
      await this.around.call('/participant/cancel-authentication', { SessionId: question.session });
    } catch (error) {
      if (error instanceof Refused && error.status === 403) this.around.lost();
      if (this.question?.item === question.item) this.#become({ ...this.question, declined: 'failed' });
    }
  }

  #become(question: SignInQuestion | null) {
    if (this.question === question) return;
    this.question = question;
    this.revision += 1;
    this.around.change();
  }
}
