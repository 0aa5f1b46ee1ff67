// What a chat item is, and how an item of a transcript is compared with what was seen live.

const EVENT = 'application/vnd.amazonaws.connect.event.';

export const CONTENT = Object.freeze({
  text: 'text/plain',
  typing: `${EVENT}typing`,
  delivered: `${EVENT}message.delivered`,
  read: `${EVENT}message.read`,
  metadata: `${EVENT}message.metadata`,
  acknowledged: `${EVENT}connection.acknowledged`,
  joined: `${EVENT}participant.joined`,
  left: `${EVENT}participant.left`,
  transferred: `${EVENT}transfer.succeeded`,
  ended: `${EVENT}chat.ended`,
  rehydrated: `${EVENT}chat.rehydrated`,
});

const STORED_EVENTS = new Set(['participant.joined', 'participant.left', 'participant.invited',
  'transfer.succeeded', 'transfer.failed', 'chat.ended'].map((name) => EVENT + name));

/** True for what a transcript keeps; typing, receipts and signals are live only. */
export function isStored(item) {
  return item.Type === 'MESSAGE' || item.Type === 'ATTACHMENT'
    || (item.Type === 'EVENT' && STORED_EVENTS.has(item.ContentType));
}

/** Predicate: an event of this kind, further narrowed by `fields`. */
export function event(contentType, fields = {}) {
  return (item) => item.ContentType === contentType && matches(item, fields);
}

/** Predicate: a message, narrowed by `fields`. */
export function message(fields = {}) {
  return (item) => item.Type === 'MESSAGE' && matches(item, fields);
}

function matches(item, fields) {
  return Object.entries(fields).every(([name, value]) => item[name] === value);
}

/** 'AGENT joined', 'CUSTOMER: hello', 'SYSTEM says', 'chat.ended': one line per item for comparing order. */
export function line(item) {
  if (item.Type === 'MESSAGE') {
    // Words of a flow are the administrator's own; only that it speaks is of interest.
    return item.ParticipantRole === 'SYSTEM' ? 'SYSTEM says' : `${item.ParticipantRole}: ${item.Content}`;
  }
  const name = item.ContentType.replace(EVENT, '');
  return name.startsWith('participant.') ? `${item.ParticipantRole} ${name.slice('participant.'.length)}` : name;
}

/** The lines without the flow's messages. */
export function spoken(items) {
  return items.map(line).filter((each) => each !== 'SYSTEM says');
}

export function contactOf(item) {
  return item.ContactId ?? item.RelatedContactId;
}

/**
 * The part of an item that never changes, wherever and by whomever it is read: live, as current or as past.
 * Receipts are left out as they come later, InitialContactId as only live items have it.
 */
export function core(item) {
  const { Id, Type, ContentType, Content, AbsoluteTime, ParticipantId, ParticipantRole, DisplayName } = item;
  const fields = { Id, Type, ContentType, Content, AbsoluteTime, ParticipantId, ParticipantRole, DisplayName };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return { ...Object.fromEntries(present), contact: contactOf(item) };
}
