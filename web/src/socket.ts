// A socket of perch, made anew whenever it is gone, for as long as there is something to hear.

import { Refused } from './wire.ts';

const BEAT = 10_000; // milliseconds between heartbeats
const ANSWER = 5_000; // how long one may stay unanswered
const PROBE = 3_000; // the same for a machine that has just woken, or whose network has changed
const SLOWEST = 15_000; // the longest wait between two tries

export interface Hearer {
  /** Asks for a new socket's address. Where the answer is a refusal that stands, no other try is made. */
  connect(signal: AbortSignal): Promise<{ url: string; expiry: number }>;
  topics(): string[];
  /** What has been pushed. */
  frame(topic: string, content: string): void;
  /** The socket is subscribed: from now on nothing is missed that is not pushed. */
  up(): void;
  /** The socket is gone, and another is being made. */
  down(): void;
  refused(): void;
}

export class Socket {
  #expiry = Infinity;
  #socket?: WebSocket;
  #later?: ReturnType<typeof setTimeout>;
  #pulse?: ReturnType<typeof setInterval>;
  #deadline?: ReturnType<typeof setTimeout>;
  #attempt = new AbortController();
  #tries = 0;
  #up = false;
  #beaten = Date.now();
  #stopped = false;

  constructor(readonly on: Hearer) {}

  start() {
    for (const name of ['online', 'offline', 'pageshow', 'focus']) addEventListener(name, this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    this.#pulse = setInterval(() => this.#beat(), BEAT);
    void this.#open();
  }

  stop() {
    this.#stopped = true;
    for (const name of ['online', 'offline', 'pageshow', 'focus']) removeEventListener(name, this.#wake);
    document.removeEventListener('visibilitychange', this.#wake);
    clearInterval(this.#pulse);
    clearTimeout(this.#later);
    this.#close();
  }

  /** Says something, if there is somebody to hear it. */
  send(topic: string, content?: object) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ topic, ...(content ? { content } : {}) }));
  }

  /** Aborted when the socket goes, so that nothing waits for an answer that cannot come. */
  get signal() {
    return this.#attempt.signal;
  }

  /** Gives the socket up and makes another, now or a little later. */
  drop() {
    if (this.#stopped) return;
    this.#close();
    this.#tries += 1;
    this.#again(Math.min(SLOWEST, 250 * 2 ** Math.min(this.#tries, 7)) * (0.7 + Math.random() * 0.6));
    this.on.down();
  }

  #close() {
    clearTimeout(this.#deadline);
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#up = false;
    const old = this.#socket;
    this.#socket = undefined; // its events are not heard any more: without a network a close takes long to be known
    old?.close();
  }

  #again(ms: number) {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#open(), ms);
  }

  async #open() {
    if (this.#stopped) return;
    this.#close();
    const { signal } = this.#attempt;
    try {
      const { url, expiry } = await this.on.connect(signal);
      if (signal.aborted) return;
      this.#expiry = expiry;
      this.#listen(url);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && !error.passing) {
        this.stop();
        this.on.refused();
      } else this.drop();
    }
  }

  #listen(url: string) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#within(BEAT);
    socket.onopen = () => this.send('aws/subscribe', { topics: this.on.topics() });
    socket.onclose = () => {
      if (this.#socket === socket) this.drop();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      clearTimeout(this.#deadline); // whatever comes shows that the server is there
      const frame = JSON.parse(data);
      if (frame.topic === 'aws/subscribe' && !this.#up) {
        this.#up = true;
        this.#tries = 0;
        this.on.up();
      } else if (typeof frame.content === 'string') this.on.frame(frame.topic, frame.content);
    };
  }

  /** Something has to come in so many milliseconds. */
  #within(ms: number) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.drop(), ms);
  }

  #ask(ms: number) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.send('aws/heartbeat');
    this.#within(ms);
  }

  #beat() {
    const slept = Date.now() - this.#beaten > 3 * BEAT;
    this.#beaten = Date.now();
    if (slept) return this.#wake();
    if (!this.#up) return;
    if (this.#expiry - Date.now() < 60_000) return this.#again(0);
    this.#ask(ANSWER);
  }

  /** A laptop that wakes, or a network that comes or goes, is not waited for. */
  #wake = () => {
    if (this.#stopped || document.visibilityState === 'hidden') return;
    if (this.#up) return this.#ask(PROBE);
    this.#tries = 0;
    if (!this.#socket) this.#again(0);
  };
}
