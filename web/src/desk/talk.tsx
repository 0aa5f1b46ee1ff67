// One chat in the middle of the desk: who it is, all that was ever said, and what to do with it.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../wire.ts';
import { Composer } from './composer.tsx';
import type { Conversation } from './conversation.ts';
import type { Desk } from './desk.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { nameOf } from './inbox.tsx';
import { Read } from './read.tsx';
import { Begins, Message, Unsent, contactOf, day, eventText, type Around } from './rows.tsx';
import { Scroll } from './scroll.tsx';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';
import { Transfer } from './transfer.tsx';

/** A row of the timeline with what stands before it: a contact's beginning or a new day. */
export function lines(item: Item, before: Item | undefined, newest: string, around: Around) {
  const begins = !before || contactOf(before) !== contactOf(item);
  const newDay = !!before && !begins && new Date(before.AbsoluteTime).toDateString() !== new Date(item.AbsoluteTime).toDateString();
  const grouped = !!before && !begins && !newDay && before.Type !== 'EVENT' && before.ParticipantId === item.ParticipantId && Date.parse(item.AbsoluteTime) - Date.parse(before.AbsoluteTime) < 180_000;
  const text = item.Type === 'EVENT' ? eventText(item, around.words) : '';
  return (
    <div key={item.Id}>
      {begins && <Begins id={contactOf(item)} at={item.AbsoluteTime} around={around} />}
      {newDay && <div class="day"><span>{day(item.AbsoluteTime, around.words)}</span></div>}
      {item.Type === 'EVENT' ? text && <p class="event" dir="auto">{text}</p> : <Message item={item} grouped={grouped} newest={item.Id === newest} around={around} />}
    </div>
  );
}

export function around(desk: Desk, chat: Conversation, words: Words): Around {
  return {
    words, self: chat.self, present: chat.contactId,
    receipt: (id) => chat.timeline.receiptOf(id),
    record: (id) => desk.record(id, chat.contactId),
    file: (id) => chat.attachment(id),
  };
}

function Typing({ chat, row, words }: { chat: Conversation; row: Row; words: Words }) {
  return chat.typing && <div class="row them typing"><div class="speech"><div class="bubble"><i /><i /><i /><span class="unseen">{words.t('typing', { name: nameOf(row, words) })}</span></div></div></div>;
}

const STATE = { INCOMING: 'offers', CONNECTED: 'connected', ENDED: 'work', MISSED: 'missed', REJECTED: 'rejected' } as const;

export function Talk({ desk, row, words, version, side, onSide }: {
  desk: Desk; row: Row; words: Words; version: number; side: boolean; onSide(): void;
}) {
  const [asking, setAsking] = useState<'end' | 'transfer' | null>(null);
  const chat = desk.chats.get(row.ContactId);
  const name = nameOf(row, words);
  const box = useRef<HTMLElement>(null);
  useEffect(() => { setAsking(null); box.current?.querySelector<HTMLElement>('textarea')?.focus(); }, [row.ContactId, !!chat, row.State]);
  useEffect(() => desk.on('transfer', () => setAsking('transfer')), [desk]);
  useEffect(() => desk.on('end', () => setAsking('end')), [desk]);
  const newest = chat?.timeline.items.findLast((item) => item.ParticipantId === chat.self && item.Type !== 'EVENT')?.Id ?? '';
  const live = row.State === 'CONNECTED';
  const offered = row.State === 'INCOMING';
  const pending = chat?.outbox.shown ?? [];
  return (
    <main class="talk" ref={box} aria-label={name}>
      <header class="top">
        <div class="who"><h1 dir="auto">{name}</h1><p>{[row.Queue?.Name, words.t(STATE[row.State])].filter(Boolean).join(' · ')}</p></div>
        {live && <button type="button" class="plain" onClick={() => setAsking('transfer')}><Icon name="swap" />{words.t('transfer')}</button>}
        {live && <button type="button" class="plain danger" onClick={() => setAsking('end')}><Icon name="stop" />{words.t('end')}</button>}
        {!live && !offered && <button type="button" class="main" onClick={() => void desk.clear(row.ContactId)}><Icon name="check" />{words.t('clear')}</button>}
        <button type="button" class="tool" aria-label={words.t('side')} aria-pressed={side} title={words.t('side')} onClick={onSide}><Icon name="side" /></button>
      </header>
      {chat ? (
        <Scroll key={row.ContactId} words={words} items={chat.timeline.items} first={chat.timeline.first} version={version} older={!!chat.older} loading={chat.loadingOlder} start={chat.scroll}
          row={(item, before) => lines(item, before, newest, around(desk, chat, words))} counts={(item) => item.Type !== 'EVENT' && item.ParticipantRole === 'CUSTOMER'}
          onOlder={() => void chat.loadOlder()} onSeen={() => { if (document.visibilityState === 'visible' && live) chat.seen(); }} onScrolled={(at) => { chat.scroll = at; }}
          below={<>
            {pending.map((each) => <Unsent key={each.clientToken} pending={each} words={words} onRetry={() => chat.outbox.retry(each.clientToken)} onDiscard={() => chat.outbox.discard(each.clientToken)} />)}
            {chat.uploads.map((each) => <div key={each.id} class="row us unsent"><div class="speech"><div class="bubble"><span class="file"><Icon name="file" />{each.name}</span></div><span class="foot">{each.failed || words.t('sending')}</span></div></div>)}
            <Typing chat={chat} row={row} words={words} />
          </>} />
      ) : live ? <div class="center" role="status"><span class="spinner" />{words.t('loading')}</div> : <Read desk={desk} contactId={row.ContactId} words={words} />}
      {chat?.failed && !chat.loaded && <p class="banner" role="alert">{words.t('failed')} {chat.failed}</p>}
      {chat && live && <Composer key={row.ContactId} chat={chat} words={words} replies={desk.replies(row.ContactId)} />}
      {asking === 'end' && <Dialog title={words.t('endSure', { name })} text={words.t('endText')} yes={words.t('end')} no={words.t('cancel')} danger onYes={() => { setAsking(null); void desk.end(row.ContactId); }} onNo={() => setAsking(null)} />}
      {asking === 'transfer' && <Transfer desk={desk} row={row} words={words} onDone={() => setAsking(null)} />}
    </main>
  );
}
