// Who is signed in. The bearer is in memory alone; what a reload goes on with is a cookie that no script can read.

import { Refused } from '../wire.ts';

export interface User {
  Id: string;
  Username: string;
  DisplayName: string;
  RoutingProfileId: string;
  SecurityProfile: 'Agent' | 'Supervisor' | 'Admin';
}
interface SignedIn {
  AgentToken: string;
  Expiry: string;
  InstanceId: string;
  User: User;
}
export interface Ways {
  Password: boolean;
  Provider?: { Name: string; Path: string };
}

async function send<T>(method: string, path: string, body?: unknown, bearer?: string, stop?: AbortSignal): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      signal: stop ? AbortSignal.any([stop, AbortSignal.timeout(20_000)]) : AbortSignal.timeout(20_000),
      credentials: 'same-origin',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await response.text();
  } catch (error) {
    throw new Refused(0, String(error));
  }
  let reply: Record<string, unknown> = {};
  try {
    reply = text ? JSON.parse(text) : {};
  } catch {
    /* a proxy's page is no reply */
  }
  if (!response.ok) throw new Refused(response.status, String(reply.message ?? reply.Message ?? response.status));
  return reply as T;
}

export const ways = () => send<Ways>('GET', '/agent/sign-in');

export class Session {
  user: User;
  instanceId: string;
  #bearer: string;
  #expiry: number;
  #refreshing: Promise<void> | null = null;

  private constructor(
    signed: SignedIn,
    readonly ended: () => void,
  ) {
    this.user = signed.User;
    this.instanceId = signed.InstanceId;
    this.#bearer = signed.AgentToken;
    this.#expiry = Date.parse(signed.Expiry);
  }

  static async signIn(Username: string, Password: string, ended: () => void) {
    return new Session(await send<SignedIn>('POST', '/agent/login', { Username, Password }), ended);
  }

  /** The sign-in that an earlier page of this browser began, or null. */
  static async resume(ended: () => void): Promise<Session | null> {
    try {
      return new Session(await refreshed(), ended);
    } catch (error) {
      if (error instanceof Refused && !error.passing) return null;
      throw error;
    }
  }

  get supervises() {
    return this.user.SecurityProfile !== 'Agent';
  }
  get administers() {
    return this.user.SecurityProfile === 'Admin';
  }

  /** One call of the agents' or the Connect API. Who is no longer signed in is told once, by `ended`. */
  async call<T = unknown>(method: string, path: string, body?: unknown, stop?: AbortSignal): Promise<T> {
    if (this.#expiry - Date.now() < 60_000) await this.#refresh();
    try {
      return await send<T>(method, path, body, this.#bearer, stop);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await this.#refresh();
      return send<T>(method, path, body, this.#bearer, stop);
    }
  }

  #take(signed: SignedIn) {
    this.user = signed.User;
    this.#bearer = signed.AgentToken;
    this.#expiry = Date.parse(signed.Expiry);
  }

  #refresh() {
    this.#refreshing ??= refreshed()
      .then(
        (signed) => this.#take(signed),
        (error) => {
          if (error instanceof Refused && !error.passing) this.ended();
          throw error;
        },
      )
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  /** Gives this user another password, which ends all their sign-ins but this one. What finds the old one ended meanwhile waits for the new one. */
  async changePassword(Password: string, NewPassword: string) {
    await this.call('GET', '/agent/me'); // with a bearer that is good for a while
    const changing = inTurn(() => send<SignedIn>('PUT', '/agent/password', { Password, NewPassword }, this.#bearer)).then((signed) =>
      this.#take(signed),
    );
    this.#refreshing = changing
      .catch(() => {})
      .finally(() => {
        this.#refreshing = null;
      });
    await changing;
  }

  async signOut() {
    await send('POST', '/agent/logout', {}, this.#bearer);
    this.ended();
  }
}

/** The cookie is good once, so the tabs of a browser take turns. */
function inTurn(ask: () => Promise<SignedIn>): Promise<SignedIn> {
  return navigator.locks ? (navigator.locks.request('perch-sign-in', ask) as Promise<SignedIn>) : ask();
}

const refreshed = () => inTurn(() => send<SignedIn>('POST', '/agent/refresh', {}));
