// The timeline: past chats and this one as one list with dates and dividers. Rows far from what is seen are not in the document.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { Message, Waiting, contactOf, eventText, isMine, type Shown } from './item.tsx';
import { Overlaid } from './overlay.tsx';
import type { Words } from './texts.ts';
import type { Item } from './wire.ts';

const CHUNK = 30;
const ROW = 62; // a guess of a row's height in pixels, until it has been seen

function day(time: string, words: Words): string {
  const at = new Date(time);
  const from = (days: number) => new Date(Date.now() - days * 86_400_000).toDateString();
  if (at.toDateString() === from(0)) return words.t('today');
  if (at.toDateString() === from(1)) return words.t('yesterday');
  return new Intl.DateTimeFormat(words.tag, { day: 'numeric', month: 'long', year: at.getFullYear() === new Date().getFullYear() ? undefined : 'numeric' }).format(at);
}

const dayOf = (item: Item) => new Date(item.AbsoluteTime).toDateString();

function Row({ item, before, shown }: { item: Item; before?: Item; shown: Shown }) {
  const { words } = shown;
  const newDay = !before || dayOf(before) !== dayOf(item);
  const past = !!before?.RelatedContactId && !!item.ContactId;
  const other = !!before && !past && !!item.RelatedContactId && contactOf(before) !== contactOf(item) && before.ContentType.endsWith('chat.ended');
  const overlay = shown.overlays.get(item.Id);
  const text = item.Type === 'EVENT' ? eventText(item, shown) || (overlay?.tree ? ' ' : overlay?.text) : '';
  if (item.Type === 'EVENT' && !text && !newDay && !past) return null;
  const grouped = !!before && !newDay && !past && before.Type !== 'EVENT' && item.Type !== 'EVENT' && before.ParticipantId === item.ParticipantId
    && isMine(before) === isMine(item) && Date.parse(item.AbsoluteTime) - Date.parse(before.AbsoluteTime) < 180_000;
  return (
    <>
      {(newDay || other) && <div class="day"><span>{day(item.AbsoluteTime, words)}</span></div>}
      {past && <div class="divider"><span>{words.t('now')}</span></div>}
      {item.Type === 'EVENT' ? text && <div class="event" dir="auto"><Overlaid overlay={overlay}>{text}</Overlaid></div> : <Message item={item} grouped={grouped} {...shown} />}
    </>
  );
}

function Chunk({ items, before, near, height, measure, shown }: { items: Item[]; before?: Item; near: boolean; height: number; measure(height: number): void; shown: Shown }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => { if (near && box.current) measure(box.current.offsetHeight); });
  if (!near) return <div class="chunk" ref={(element) => { if (element) element.style.height = `${height}px`; }} />;
  return <div class="chunk" ref={(element) => { box.current = element; if (element) element.style.height = ''; }}>{items.map((item, n) => <Row key={item.Id} item={item} before={n ? items[n - 1] : before} shown={shown} />)}</div>;
}

export function List({ shown, version, onSeen }: { shown: Shown; version: number; onSeen(): void }) {
  const { chat, words } = shown;
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<number, number>());
  const [view, setView] = useState({ top: 0, height: 800, bottom: true });
  const stick = useRef(true);
  const from = useRef({ first: 0, height: 0, top: 0 });
  const [fresh, setFresh] = useState(0);
  const count = useRef(0);

  const { items, first } = chat.timeline;
  const chunks = new Map<number, Item[]>();
  items.forEach((item, n) => {
    const number = Math.floor((first + n) / CHUNK);
    chunks.get(number)?.push(item) ?? chunks.set(number, [item]);
  });

  const look = () => {
    const element = box.current!;
    const bottom = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
    stick.current = bottom;
    setView({ top: element.scrollTop, height: element.clientHeight, bottom });
    if (bottom) { setFresh(0); onSeen(); }
    if (element.scrollTop < 300) void chat.loadOlder();
  };

  useLayoutEffect(() => {
    const element = box.current!;
    if (stick.current) element.scrollTop = element.scrollHeight;
    else if (first < from.current.first) element.scrollTop = from.current.top + element.scrollHeight - from.current.height;
    from.current = { first, height: element.scrollHeight, top: element.scrollTop };
    if (!stick.current && items.length > count.current && first === from.current.first) setFresh((n) => n + items.slice(count.current).filter((item) => !isMine(item) && item.Type !== 'EVENT').length);
    count.current = items.length;
    if (stick.current) onSeen();
  }, [version]);

  useEffect(() => { // a list that does not fill the window has its past at once
    const element = box.current!;
    if (chat.older && element.scrollHeight <= element.clientHeight + 200) void chat.loadOlder();
  }, [version]);

  useEffect(() => {
    const watch = new ResizeObserver(() => { if (stick.current && box.current) box.current.scrollTop = box.current.scrollHeight; });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  let at = 0;
  let before: Item | undefined;
  const rows = [...chunks].map(([number, list], n) => {
    const height = heights.current.get(number) ?? list.length * ROW;
    const near = (at + height > view.top - 1200 && at < view.top + view.height + 1200) || (stick.current && n >= chunks.size - 2);
    at += height;
    const last = before;
    before = list.at(-1);
    return <Chunk key={number} items={list} before={last} near={near} height={height} measure={(measured) => heights.current.set(number, measured)} shown={shown} />;
  });
  const pending = chat.pending.filter((each) => !each.id || !chat.timeline.has(each.id));
  return (
    <div class="listbox">
      <div class="list" ref={box} onScroll={() => { from.current.top = box.current!.scrollTop; from.current.height = box.current!.scrollHeight; look(); }} tabIndex={0} role="log" aria-label={words.t('timeline')} aria-live="polite" aria-relevant="additions">
        {chat.loadingOlder && <p class="event">{words.t('older')}</p>}
        {rows}
        {pending.map((each) => <Waiting key={each.clientToken} pending={each} chat={chat} words={words} />)}
        {chat.uploads.map((each) => (
          <div key={each.id} class="row mine waiting"><div class="speech"><div class="bubble"><span class="file"><Icon name="file" /><span dir="auto">{each.name}</span></span>
            {each.failed ? <small>{each.refused && shown.custom.attachment?.rejectedErrorMessage || `${words.t('uploadFailed')}: ${each.failed}`}</small> : <progress max={1} value={each.part} aria-label={each.name} />}</div>
            {each.failed && <span class="foot"><button type="button" onClick={() => chat.dropUpload(each.id)}>{words.t('discard')}</button></span>}</div></div>
        ))}
        {chat.typing && <div class="row agent typing"><span class="face" aria-hidden="true">{[...chat.typing.name][0]?.toUpperCase()}</span><div class="speech"><div class="bubble"><i /><i /><i /><span class="unseen">{words.t('typing', { name: chat.typing.name || words.t('agent') })}</span></div></div></div>}
      </div>
      {!view.bottom && <button type="button" class="jump" onClick={() => { stick.current = true; box.current!.scrollTop = box.current!.scrollHeight; look(); }}><Icon name="down" />{fresh ? words.t('new', { n: fresh }) : words.t('jump')}</button>}
    </div>
  );
}
