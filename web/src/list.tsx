// The timeline: past chats and this one as one list with dates and dividers. Rows far from what is seen are not in the document.

import type { ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { Message, Sending, Waiting, contactOf, eventText, isMine, type Shown } from './item.tsx';
import { Overlaid } from './overlay.tsx';
import type { Words } from './texts.ts';
import { CONTENT, type Item } from './wire.ts';

const CHUNK = 10;
const ROW = 62; // a guess of a row's height in pixels, until it has been seen
const MARGIN = 500; // pixels beyond what is seen that are in the document, too

function day(time: string, words: Words): string {
  const at = new Date(time);
  const from = (days: number) => new Date(Date.now() - days * 86_400_000).toDateString();
  if (at.toDateString() === from(0)) return words.t('today');
  if (at.toDateString() === from(1)) return words.t('yesterday');
  return words.day(at);
}

const dayOf = (item: Item) => new Date(item.AbsoluteTime).toDateString();

function Row({ item, before, shown }: { item: Item; before?: Item; shown: Shown }) {
  const { words } = shown;
  const newDay = !before || dayOf(before) !== dayOf(item);
  const present = !!before?.RelatedContactId && !!item.ContactId;
  const other = !!before && !present && !!item.RelatedContactId && contactOf(before) !== contactOf(item) && before.ContentType === CONTENT.ended;
  const overlay = shown.overlays.get(item.Id);
  const text = item.Type === 'EVENT' ? eventText(item, shown) || (overlay?.tree ? ' ' : overlay?.text) : '';
  if (item.Type === 'EVENT' && !text && !newDay && !present && !other) return null;
  const grouped = !!before && !newDay && !present && before.Type !== 'EVENT' && item.Type !== 'EVENT' && before.ParticipantId === item.ParticipantId
    && isMine(before) === isMine(item) && Date.parse(item.AbsoluteTime) - Date.parse(before.AbsoluteTime) < 180_000;
  return (
    <>
      {(present || other) && <div class="divider"><span>{words.t(present ? 'now' : 'past')}</span></div>}
      {newDay && <div class="day"><span>{day(item.AbsoluteTime, words)}</span></div>}
      {item.Type === 'EVENT' ? text && <div class="event" dir="auto" data-id={item.Id}><Overlaid overlay={overlay}>{text}</Overlaid></div> : <Message item={item} grouped={grouped} {...shown} />}
    </>
  );
}

/** Some rows, made again only when what they show has changed. `stamp` names that. */
function Chunk({ items, before, near, height, measure, shown, stamp }: {
  items: Item[]; before?: Item; near: boolean; height: number; measure(height: number): void; shown: Shown; stamp: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => { if (near && box.current) measure(box.current.offsetHeight); });
  const rows = useMemo(() => near && items.map((item, n): ComponentChild => <Row key={item.Id} item={item} before={n ? items[n - 1] : before} shown={shown} />),
    [near, stamp, shown.words, shown.custom, shown.overlays]);
  return <div class="chunk" ref={(element) => { box.current = element; if (element) element.style.height = near ? '' : `${height}px`; }}>{rows}</div>;
}

/** What the rows of a chunk depend on besides the items themselves. */
function stampOf(items: Item[], before: Item | undefined, { chat, newest }: Shown, last: string): string {
  const own = items.some((item) => item.Id === newest || item.Id === last);
  return [items.length, items[0].Id, items.at(-1)!.Id, before?.Id, chat.timeline.revision, own && `${newest} ${last} ${chat.state} ${chat.outbox.pending.length}`].join();
}

interface Anchor { id: string; top: number }

/** The first row that is seen, and where; the list is put back to it when something above it changes its height. */
function anchorOf(box: HTMLElement): Anchor | null {
  const edge = box.getBoundingClientRect().top;
  for (const row of box.querySelectorAll<HTMLElement>('[data-id]')) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > edge) return { id: row.dataset.id!, top: top - edge };
  }
  return null;
}

export function List({ shown, version, onSeen }: { shown: Shown; version: number; onSeen(): void }) {
  const { chat, words } = shown;
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<number, number>());
  const [view, setView] = useState({ top: 0, height: 800, bottom: true });
  const stick = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const [fresh, setFresh] = useState(0);
  const lastSeen = useRef('');
  const at = useRef(0); // where the list was left
  const size = useRef(''); // of the window that it is seen through
  const sent = useRef(0);

  const { items, first } = chat.timeline;
  const chunks = new Map<number, Item[]>();
  items.forEach((item, n) => {
    const number = Math.floor((first + n) / CHUNK);
    chunks.get(number)?.push(item) ?? chunks.set(number, [item]);
  });

  const look = () => {
    const element = box.current!;
    const now = `${element.clientWidth} ${element.clientHeight}`;
    if (now !== size.current) { // nobody has scrolled: a phone was turned, a keyboard has come up
      size.current = now;
      if (stick.current) element.scrollTop = element.scrollHeight;
    }
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    const bottom = below < 60;
    stick.current = below < 4;
    anchor.current = stick.current ? null : anchorOf(element);
    at.current = element.scrollTop;
    setView({ top: element.scrollTop, height: element.clientHeight, bottom });
    if (bottom) { setFresh(0); onSeen(); }
    if (element.scrollTop < MARGIN) void chat.loadOlder();
  };
  const jump = () => {
    stick.current = true;
    anchor.current = null;
    box.current!.scrollTop = box.current!.scrollHeight;
    box.current!.focus();
    look();
  };

  useLayoutEffect(() => { // the place is kept, whatever comes above or below it
    const element = box.current!;
    const waiting = chat.outbox.pending.length + chat.uploads.list.length;
    if (waiting > sent.current) stick.current = true; // who says something wants to see it
    sent.current = waiting;
    if (stick.current) { element.scrollTop = element.scrollHeight; return; }
    if (Math.abs(element.scrollTop - at.current) > 1) return; // it is being scrolled, and will be looked at
    const held = anchor.current && element.querySelector<HTMLElement>(`[data-id="${CSS.escape(anchor.current.id)}"]`);
    const moved = held ? held.getBoundingClientRect().top - element.getBoundingClientRect().top - anchor.current!.top : 0;
    if (Math.abs(moved) >= 1) element.scrollTop += moved;
    at.current = element.scrollTop;
  });

  useEffect(() => {
    const newest = items.at(-1)?.AbsoluteTime ?? '';
    const come = lastSeen.current ? items.filter((item) => item.AbsoluteTime > lastSeen.current && !isMine(item) && item.Type !== 'EVENT').length : 0;
    lastSeen.current = newest;
    if (stick.current) onSeen(); else if (come) setFresh((n) => n + come);
  }, [items]);

  useEffect(() => { // also where nobody can scroll any further, or the window is not filled
    const element = box.current!;
    if (element.scrollTop < MARGIN) void chat.loadOlder();
  }, [version]);

  useEffect(() => { // pictures, a keyboard that comes up, a window that turns
    const watch = new ResizeObserver(() => look());
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const last = items.findLast((item) => item.Type === 'MESSAGE')?.Id ?? '';
  let above = 0;
  let before: Item | undefined;
  const rows = [...chunks].map(([number, list], n) => {
    const height = heights.current.get(number) ?? list.length * ROW;
    const near = (above + height > view.top - MARGIN && above < view.top + view.height + MARGIN) || (stick.current && n >= chunks.size - 2);
    above += height;
    const older = before;
    before = list.at(-1);
    return <Chunk key={number} items={list} before={older} near={near} height={height} measure={(measured) => heights.current.set(number, measured)}
      shown={shown} stamp={stampOf(list, older, shown, last)} />;
  });
  return (
    <div class="listbox">
      <div class="list" ref={box} onScroll={look} tabIndex={0} role="log" aria-label={words.t('timeline')} aria-live="polite" aria-relevant="additions" aria-busy={chat.loadingOlder}>
        {chat.loadingOlder && <p class="event loading">{words.t('older')}</p>}
        {rows}
        {chat.outbox.shown.map((each) => <Waiting key={each.clientToken} pending={each} chat={chat} words={words} />)}
        {chat.uploads.list.map((each) => <Sending key={each.id} upload={each} {...shown} />)}
        {chat.typing && <Typing name={chat.typing.name || words.t('agent')} words={words} />}
      </div>
      {!view.bottom && <button type="button" class="jump" onClick={jump}><Icon name="down" />{fresh ? words.t('new', { n: fresh }) : words.t('jump')}</button>}
    </div>
  );
}

function Typing({ name, words }: { name: string; words: Words }) {
  return (
    <div class="row agent typing">
      <span class="face" aria-hidden="true">{[...name][0]?.toUpperCase()}</span>
      <div class="speech"><div class="bubble"><i /><i /><i /><span class="unseen">{words.t('typing', { name })}</span></div></div>
    </div>
  );
}
