// A chat that is read and not spoken in: one that is offered, has ended, or was had by somebody else.

import { Timeline } from '../timeline.ts';
import type { Item } from '../wire.ts';
import type { Session } from './session.ts';

export class Reader {
  timeline = new Timeline();
  older: string | undefined;
  loadingOlder = false;
  loaded = false;
  failed = '';

  constructor(
    readonly session: Session,
    readonly contactId: string,
    readonly change: () => void,
  ) {
    void this.loadOlder();
  }

  async loadOlder() {
    if (this.loadingOlder || (this.loaded && !this.older)) return;
    this.loadingOlder = true;
    this.change();
    try {
      const next = this.older ? `&nextToken=${encodeURIComponent(this.older)}` : '';
      const page = await this.session.call<{ Items: Item[]; NextToken?: string }>(
        'GET',
        `/agent/contacts/${this.contactId}/items?maxResults=100${next}`,
      );
      this.timeline.add(page.Items);
      this.older = page.NextToken;
      this.loaded = true;
      this.failed = '';
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error);
      if (this.loaded)
        await new Promise((resolve) => {
          setTimeout(resolve, 1_000);
        }); // whoever is still there asks again
    }
    this.loadingOlder = false;
    this.change();
  }
}
