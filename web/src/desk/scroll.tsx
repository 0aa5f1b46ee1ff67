// A timeline of any length: what is far from the window is not in the document, and what comes above moves nothing.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../wire.ts';
import { Icon } from './icons.tsx';
import type { Words } from './texts.ts';

const CHUNK = 30;
const ROW = 64; // a guess of a row's height in pixels, until it has been seen
const NEAR = 1200;

export interface Scrolled { top: number; bottom: boolean }

interface Props {
  words: Words; items: Item[]; first: number; version: unknown; older: boolean; loading: boolean; start?: Scrolled | null;
  row(item: Item, before: Item | undefined): ComponentChildren;
  below?: ComponentChildren;
  onOlder(): void; onSeen?(): void; onScrolled?(at: Scrolled): void;
  counts(item: Item): boolean;
}

function Chunk({ items, before, near, height, measure, row }: { items: Item[]; before?: Item; near: boolean; height: number; measure(height: number): void; row: Props['row'] }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current!;
    if (near) { element.style.height = ''; measure(element.offsetHeight); } else element.style.height = `${height}px`;
  });
  return <div ref={box}>{near && items.map((item, n) => row(item, n ? items[n - 1] : before))}</div>;
}

export function Scroll({ words, items, first, older, loading, start, row, below, onOlder, onSeen, onScrolled, counts }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<number, number>());
  const [view, setView] = useState({ top: 0, height: 900, bottom: true });
  const stick = useRef(start ? start.bottom : true);
  const past = useRef({ first: 0, height: 0, top: start?.top ?? 0 });
  const [fresh, setFresh] = useState(0);
  const count = useRef(items.length);
  const begun = useRef(false);

  const chunks = new Map<number, Item[]>();
  items.forEach((item, n) => {
    const number = Math.floor((first + n) / CHUNK);
    const list = chunks.get(number);
    if (list) list.push(item); else chunks.set(number, [item]);
  });

  const look = () => {
    const element = box.current!;
    const bottom = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
    stick.current = bottom;
    past.current = { ...past.current, top: element.scrollTop, height: element.scrollHeight };
    setView({ top: element.scrollTop, height: element.clientHeight, bottom });
    onScrolled?.({ top: element.scrollTop, bottom });
    if (bottom) { setFresh(0); onSeen?.(); }
    if (element.scrollTop < 400 && older) onOlder();
  };

  useLayoutEffect(() => {
    const element = box.current!;
    if (stick.current) element.scrollTop = element.scrollHeight;
    else if (first < past.current.first) element.scrollTop = past.current.top + element.scrollHeight - past.current.height;
    else if (!begun.current && items.length) { element.scrollTop = past.current.top; setView({ top: past.current.top, height: element.clientHeight, bottom: false }); }
    if (items.length) begun.current = true;
    if (!stick.current && items.length > count.current && first === past.current.first) setFresh((n) => n + items.slice(count.current).filter(counts).length);
    past.current = { first, height: element.scrollHeight, top: element.scrollTop };
    count.current = items.length;
    if (stick.current) onSeen?.();
  });

  useEffect(() => { // a list that does not fill the window has its past at once
    const element = box.current!;
    if (older && !loading && element.scrollHeight <= element.clientHeight + 200) onOlder();
  });

  useEffect(() => {
    const watch = new ResizeObserver(() => { if (stick.current && box.current) box.current.scrollTop = box.current.scrollHeight; });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  let at = 0;
  let before: Item | undefined;
  const rows = [...chunks].map(([number, list], n) => {
    const height = heights.current.get(number) ?? list.length * ROW;
    const near = (at + height > view.top - NEAR && at < view.top + view.height + NEAR) || (stick.current && n >= chunks.size - 2);
    at += height;
    const last = before;
    before = list.at(-1);
    return <Chunk key={number} items={list} before={last} near={near} height={height} measure={(measured) => heights.current.set(number, measured)} row={row} />;
  });
  return (
    <div class="listbox">
      <div class="list" ref={box} onScroll={look} tabIndex={0} role="log" aria-label={words.t('timeline')} aria-live="polite" aria-relevant="additions">
        {loading && <p class="event">{words.t('older')}</p>}
        {rows}
        {below}
      </div>
      {!view.bottom && <button type="button" class="jump" onClick={() => { stick.current = true; box.current!.scrollTop = box.current!.scrollHeight; look(); }}><Icon name="down" />{fresh ? words.t('new', { n: fresh }) : words.t('jump')}</button>}
    </div>
  );
}
