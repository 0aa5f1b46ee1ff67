// What the page's success callback is given: the chat's events, and what the page has its items shown as.

import type { Overlay } from '../overlay.tsx';
import { treeOf } from '../tree.ts';
import type { Item } from '../wire.ts';

/** An item as the page's functions get it. */
export interface ItemDetails {
  id: string;
  type: string;
  content: { data?: string; type: string };
  displayName?: string;
  participantId?: string;
  participantRole?: string;
  transportDetails: { direction: 'Incoming' | 'Outgoing'; status: string; sentTime: number };
  version: number;
  Attachments?: unknown;
}

interface Render {
  render?: (props: { key: string; messageDetails: ItemDetails }) => unknown;
  isHTML?: boolean;
}
export interface TranscriptConfig extends Render {
  participantMessageConfig?: Render;
  attachmentMessageConfig?: Render;
  systemMessageConfig?: Render;
}

type Callback = (data?: unknown) => void;

function detailsOf(item: Item): ItemDetails {
  return {
    id: item.Id,
    type: item.Type,
    content: { data: item.Content, type: item.ContentType },
    displayName: item.DisplayName,
    participantId: item.ParticipantId,
    participantRole: item.ParticipantRole,
    transportDetails: {
      direction: item.ParticipantRole === 'CUSTOMER' ? 'Outgoing' : 'Incoming',
      status: 'SendSuccess',
      sentTime: Date.parse(item.AbsoluteTime) / 1000,
    },
    version: 0,
    Attachments: item.Attachments,
  };
}

export class Session {
  #heard: Record<'incoming' | 'outgoing' | 'disconnected' | 'closed', Callback[]> = {
    incoming: [],
    outgoing: [],
    disconnected: [],
    closed: [],
  };
  /** Set by the page: changes what is shown of an item, by its displayName and content.data. */
  incomingItemDecorator: (item: ItemDetails) => ItemDetails | undefined | void = (item) => item;

  constructor(
    readonly contactId: string,
    readonly endChat: () => void,
    readonly closeChat: () => void,
  ) {}

  onIncoming(callback: Callback) {
    this.#heard.incoming.push(callback);
  }
  onOutgoing(callback: Callback) {
    this.#heard.outgoing.push(callback);
  }
  onChatDisconnected(callback: Callback) {
    this.#heard.disconnected.push(callback);
  }
  onChatClose(callback: Callback) {
    this.#heard.closed.push(callback);
  }

  tell(what: 'incoming' | 'outgoing' | 'disconnected' | 'closed', data?: unknown) {
    for (const each of this.#heard[what]) {
      try {
        each(data);
      } catch (error) {
        console.error(error);
      }
    }
  }

  /** What the page has this item shown as; nothing where it has no wish. */
  overlay(item: Item, config: TranscriptConfig | undefined): Overlay | null {
    const before = detailsOf(item);
    let after = detailsOf(item);
    const out: Overlay = {};
    try {
      after = this.incomingItemDecorator(after) ?? after;
      if (after.displayName !== before.displayName) out.name = String(after.displayName ?? '');
      if (after.content?.data !== before.content.data) out.text = String(after.content?.data ?? '');
      const own =
        item.Type === 'MESSAGE'
          ? config?.participantMessageConfig
          : item.Type === 'ATTACHMENT'
            ? config?.attachmentMessageConfig
            : config?.systemMessageConfig;
      const { render, isHTML } = { render: config?.render, isHTML: config?.isHTML, ...own };
      const key = `${item.Id}.0.`;
      const content = config?.render?.({ key, messageDetails: after }) || render?.({ key, messageDetails: after });
      if (content instanceof Node || (isHTML && typeof content === 'string')) out.tree = treeOf(content);
      else if (typeof content === 'string') out.text = content;
      else if (content) console.error('ChatInterface: transcriptConfig.render must give text, HTML or a node of the page');
    } catch (error) {
      console.error(error);
    }
    return Object.keys(out).length ? out : null;
  }
}
