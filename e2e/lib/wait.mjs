// Waiting without sleeping: every wait ends with the thing waited for or with a deadline that says what was missing.

export const DEADLINE_MS = Number(process.env.PERCH_E2E_DEADLINE_MS ?? 20_000);

/** Rejects with a message naming `what` if `promise` is not settled in time. */
export async function within(promise, what, ms = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${typeof what === 'function' ? what() : what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again until `probe` gives something truthy, and returns that. For state that no event announces.
 * An error of the probe counts as "not yet" and is shown if the deadline passes.
 */
export async function eventually(probe, what, ms = DEADLINE_MS) {
  const end = Date.now() + ms;
  for (let last; ;) {
    try {
      const value = await probe();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${ms} ms: ${what}${last ? ` (last error: ${last.message})` : ''}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A list that grows, and that can be waited on. */
export class Collected {
  #items = [];
  #waiting = new Set();

  push(item) {
    this.#items.push(item);
    for (const check of [...this.#waiting]) check();
  }

  get all() {
    return [...this.#items];
  }

  get length() {
    return this.#items.length;
  }

  /** The first item, old or new, that satisfies the predicate; `from` skips what came earlier. */
  first(predicate, what, { from = 0, ms = DEADLINE_MS } = {}) {
    let check;
    const found = new Promise((resolve, reject) => {
      let next = from;
      check = () => {
        try {
          while (next < this.#items.length) {
            const item = this.#items[next++];
            if (predicate(item)) return resolve(item);
          }
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.add(check);
      check();
    });
    const seen = () => `${what}; came instead: ${JSON.stringify(this.#items.slice(from).map(brief))}`;
    return within(found, seen, ms).finally(() => this.#waiting.delete(check));
  }
}

function brief(item) {
  const data = item?.data ?? item;
  if (!data || typeof data !== 'object') return item;
  return [data.ContentType, data.ParticipantRole, data.Content].filter(Boolean).join(' | ').slice(0, 120);
}
