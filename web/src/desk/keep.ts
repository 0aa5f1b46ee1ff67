// What an agent has begun to write, kept in this browser until it was sent or the chat was cleared. Nothing of it outlives the sign-in.

import type { Pending } from '../outbox.ts';

export interface Kept {
  draft: string;
  pending: Pending[];
}

export class Drafts {
  constructor(readonly user: string) {}

  #key(contactId: string) {
    return `perch-desk/${this.user}/${contactId}`;
  }

  load(contactId: string): Kept {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key(contactId)) ?? '{}');
      return { draft: kept.draft ?? '', pending: kept.pending ?? [] };
    } catch {
      return { draft: '', pending: [] };
    }
  }

  save(contactId: string, kept: Kept) {
    try {
      if (!kept.draft && kept.pending.length === 0) localStorage.removeItem(this.#key(contactId));
      else localStorage.setItem(this.#key(contactId), JSON.stringify(kept));
    } catch {
      /* without storage a reload costs the draft */
    }
  }

  /** Forgets the chats that are not among these. */
  only(contactIds: Set<string>) {
    for (const key of this.#keys()) if (!contactIds.has(key.slice(key.lastIndexOf('/') + 1))) localStorage.removeItem(key);
  }

  clear() {
    for (const key of this.#keys()) localStorage.removeItem(key);
  }

  #keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(`perch-desk/${this.user}/`));
    } catch {
      return [];
    }
  }
}
