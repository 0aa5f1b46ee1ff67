// What the page and the frame say to each other. Tokens of a chat that the frame has started are in no message: the page never sees one.

import type { SignInParameters } from './sign-in.ts';
import type { Item } from './wire.ts';

/** What a page may set, by the keys of its snippet; functions stay in the page. */
export interface Settings {
  supportedMessagingContentTypes?: string[];
  displayName?: string;
  contactAttributes?: Record<string, string>;
  chatDurationInMinutes?: number;
  language?: string;
  customStyles?: Record<string, Record<string, string>>;
  customizationObject?: Customization;
  enableLogs?: boolean;
  /** A person is signed in, or the page starts chats itself: the page is asked. */
  authenticates?: boolean;
  startsItself?: boolean;
  displayType?: string;
  signIn?: SignInParameters;
  /** The page has a header of its own. */
  ownHeader?: boolean;
}

/**
 * What the page may change beyond colours. The icons are data: URLs by the time that the frame gets them.
 * doc: pass-customization-object
 */
export interface Customization {
  header?: { dropdown?: boolean; dynamicHeader?: boolean; hideTranscriptDownloadButton?: boolean };
  transcript?: {
    hideDisplayNames?: boolean;
    eventNames?: { customer?: string; agent?: string; supervisor?: string };
    eventMessages?: Record<string, string>;
    displayIcons?: boolean;
    iconSources?: Record<string, string>;
  };
  composer?: {
    disableEmojiPicker?: boolean;
    disableCustomerAttachments?: boolean;
    disableCustomerAttachment?: boolean;
    alwaysHideToolbar?: boolean;
  };
  footer?: { disabled?: boolean; skipCloseChatButton?: boolean };
  endChat?: {
    enableConfirmationDialog?: boolean;
    confirmationDialogText?: { title?: string; message?: string; confirmButtonText?: string; cancelButtonText?: string };
  };
  attachment?: { rejectedErrorMessage?: string };
}

/** From the page to the frame. */
export type ToFrame =
  | { type: 'settings'; settings: Settings }
  | { type: 'open' }
  | { type: 'closed' }
  | { type: 'start'; request?: unknown }
  | { type: 'answer'; id: number; value?: unknown; error?: string }
  | { type: 'overlay'; id: string; overlay: unknown }
  | { type: 'end' };

/** From the frame to the page. */
export type ToPage =
  | { type: 'ready' }
  | { type: 'ask'; id: number; what: 'token' | 'start' }
  | { type: 'event'; name: string; data: Record<string, unknown> }
  | { type: 'item'; item: Item } // to a page that has started the chat itself
  | { type: 'metadata'; metadata: { chatContactId: string; contactId: string; participantId: string } }
  | { type: 'unread'; count: number; title: string }
  | { type: 'minimise' }
  | { type: 'close' };

export const LABEL = 'perch-widget';

/** A message with the label by which the other side knows it. */
export function labelled<M extends object>(message: M): M & { label: string } {
  return { ...message, label: LABEL };
}

export function isLabelled(data: unknown): data is { label: string; type: string } {
  return typeof data === 'object' && data !== null && (data as { label?: unknown }).label === LABEL;
}
