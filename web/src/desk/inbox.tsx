// What there is to do: offers first, then the chats side by side, then what is to be wrapped up.

import { Icon } from './icons.tsx';
import type { Desk } from './desk.ts';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';

export const SHOWN = (desk: Desk) => {
  const at = (row: Row) => Date.parse(row.StateStartTimestamp);
  const of = (...states: Row['State'][]) => desk.rows.filter((row) => states.includes(row.State));
  return { offers: of('INCOMING'), mine: of('CONNECTED').sort((a, b) => at(a) - at(b)), work: of('ENDED', 'MISSED', 'REJECTED') };
};

export const nameOf = (row: Row, words: Words) => row.CustomerDisplayName || words.t('customer');

/** Since when the customer has waited for a word, in milliseconds since 1970, or 0. */
export function waitingSince(desk: Desk, row: Row): number {
  const chat = desk.chats.get(row.ContactId);
  if (!chat || row.State !== 'CONNECTED') return 0;
  const said = chat.timeline.items.findLast(
    (item) => item.Type !== 'EVENT' && item.ContactId && (item.ParticipantRole === 'CUSTOMER' || item.ParticipantRole === 'AGENT'),
  );
  return said?.ParticipantRole === 'CUSTOMER' && chat.outbox.pending.length === 0 ? Date.parse(said.AbsoluteTime) : 0;
}

function Waiting({ desk, row, words, now, longest }: { desk: Desk; row: Row; words: Words; now: number; longest: boolean }) {
  const since = waitingSince(desk, row);
  if (!since) return <time class="since">{words.span(now - Date.parse(row.StateStartTimestamp))}</time>;
  return (
    <span class={`waits${longest ? ' longest' : ''}`} title={words.t('waitsFor', { time: words.span(now - since) })}>
      <Icon name="clock" />
      {words.span(now - since)}
    </span>
  );
}

function last(desk: Desk, row: Row, words: Words): string {
  const chat = desk.chats.get(row.ContactId);
  if (row.State === 'MISSED') return words.t('missed');
  if (row.State === 'REJECTED') return words.t('rejected');
  if (chat?.typing) return words.t('typing', { name: nameOf(row, words) });
  const item = chat?.timeline.items.findLast((each) => each.Type !== 'EVENT');
  return item?.Attachments?.[0]?.AttachmentName ?? (item?.ContentType.startsWith('text/') ? (item.Content ?? '') : (row.Queue?.Name ?? ''));
}

function Entry({
  desk,
  row,
  words,
  now,
  longest,
  number,
}: {
  desk: Desk;
  row: Row;
  words: Words;
  now: number;
  longest: boolean;
  number?: number;
}) {
  const chat = desk.chats.get(row.ContactId);
  const selected = desk.selected === row.ContactId;
  return (
    <button
      type="button"
      class={`entry ${row.State.toLowerCase()}`}
      aria-current={selected ? 'true' : undefined}
      onClick={() => desk.select(row.ContactId)}
      data-contact={row.ContactId}
    >
      <span class="face" aria-hidden="true">
        {[...nameOf(row, words)][0]?.toUpperCase()}
      </span>
      <span class="what">
        <span class="first">
          <b dir="auto">{nameOf(row, words)}</b>
          <Waiting desk={desk} row={row} words={words} now={now} longest={longest} />
        </span>
        <span class="second">
          <span dir="auto">{last(desk, row, words)}</span>
          {chat && chat.unread > 0 ? (
            <span class="count">{chat.unread}</span>
          ) : chat?.draft ? (
            <span class="drafted" aria-hidden="true">
              ✎
            </span>
          ) : number !== undefined && number < 10 ? (
            <kbd>Alt {number}</kbd>
          ) : null}
        </span>
      </span>
    </button>
  );
}

export function Inbox({ desk, words, now }: { desk: Desk; words: Words; now: number }) {
  const { offers, mine, work } = SHOWN(desk);
  const since = mine.map((row) => waitingSince(desk, row)).filter(Boolean);
  const longest = Math.min(...since);
  const group = (key: 'offers' | 'mine' | 'work', rows: Row[]) =>
    rows.length > 0 && (
      <section class="group" aria-label={words.t(key)}>
        <h2>
          {words.t(key)}
          <span>{rows.length}</span>
        </h2>
        {rows.map((row, n) => (
          <Entry
            key={row.ContactId}
            desk={desk}
            row={row}
            words={words}
            now={now}
            number={key === 'mine' ? n + 1 : undefined}
            longest={waitingSince(desk, row) === longest}
          />
        ))}
      </section>
    );
  return (
    <div class="entries">
      {group('offers', offers)}
      {group('mine', mine)}
      {group('work', work)}
      {desk.ready && desk.rows.length === 0 && (
        <div class="empty">
          <Icon name="chat" />
          <p>
            <b>{words.t('noChats')}</b>
          </p>
          <p>{words.t('noChatsWhy')}</p>
          {desk.status.Type !== 'ROUTABLE' && (
            <button type="button" class="main" onClick={() => void desk.setStatus('Available')}>
              {words.t('available')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
