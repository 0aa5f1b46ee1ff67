// A timeline of any length: what is far from the window is not in the document, and the place is kept, whatever comes above or below it.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Item } from './wire.ts';

const CHUNK = 10; // rows that come into the document and go from it together
const ROW = 64; // a guess of a row's height in pixels, until it has been seen
const MARGIN = 600; // pixels beyond what is seen that are in the document, too

type Row = (item: Item, before: Item | undefined) => ComponentChildren;

/** A row and how far below the upper edge it begins, in pixels: where somebody reads. */
export interface Anchor {
  id: string;
  top: number;
  chunk: number;
}

export interface ScrollProps {
  words: { t(key: 'timeline' | 'older' | 'jump' | 'new', values?: Record<string, number>): string };
  items: Item[];
  /** Number of the first item, as Timeline has it. */
  first: number;
  /** Rises with whatever may have changed. */
  version: number;
  older: boolean;
  loading: boolean;
  row: Row;
  /** What rows depend on besides the items themselves: always as many values. */
  stamp(items: Item[]): unknown[];
  /** Whether an item is news to somebody who reads further up. */
  counts(item: Item): boolean;
  /** How much is on its way; who says something wants to see it. */
  sending: number;
  below?: ComponentChildren;
  arrow: ComponentChildren;
  /** Where to begin; null is at the end. */
  start?: Anchor | null;
  onOlder(): void;
  onSeen(): void;
  onPlace?(anchor: Anchor | null): void;
}

/** Some rows, made again only when what they show has changed. */
function Chunk({
  number,
  items,
  before,
  measure,
  row,
  stamp,
}: {
  number: number;
  items: Item[];
  before?: Item;
  measure(height: number): void;
  row: Row;
  stamp: unknown[];
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => measure(box.current!.getBoundingClientRect().height));
  const rows = useMemo(
    () => items.map((item, n) => row(item, n ? items[n - 1] : before)),
    [items.length, items[0].Id, items.at(-1)!.Id, before?.Id, ...stamp],
  );
  return (
    <div class="chunk" ref={box} data-chunk={number}>
      {rows}
    </div>
  );
}

/** The first row that is seen; none where what is to be seen is not in the document yet. */
function anchorOf(box: HTMLElement): Anchor | null {
  const { top: edge, bottom: end } = box.getBoundingClientRect();
  for (const row of box.querySelectorAll<HTMLElement>('[data-id]')) {
    const { top, bottom } = row.getBoundingClientRect();
    if (top >= end) return null;
    if (bottom > edge)
      return { id: row.dataset.id!, top: top - edge, chunk: Number(row.closest<HTMLElement>('[data-chunk]')!.dataset.chunk) };
  }
  return null;
}

/** Which items each chunk has, from the first chunk to the last. */
function chunksOf(items: Item[], first: number) {
  const chunks: { number: number; items: Item[]; before?: Item }[] = [];
  for (let n = 0; n < items.length;) {
    const number = Math.floor((first + n) / CHUNK);
    const end = Math.min(items.length, (number + 1) * CHUNK - first);
    chunks.push({ number, items: items.slice(n, end), before: items[n - 1] });
    n = end;
  }
  return chunks;
}

/** What is seen of the list; there is no top before the list has been looked at. */
interface View {
  top?: number;
  height: number;
  bottom: boolean;
}

/** Where the list stands, and what keeps it there. */
function usePlace({ items, version, sending, start, counts, onOlder, onSeen, onPlace }: ScrollProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ height: 900, bottom: !start });
  const stick = useRef(!start);
  const anchor = useRef<Anchor | null>(start ?? null);
  const [fresh, setFresh] = useState(0);
  const newest = useRef('');
  const at = useRef(0); // where the list was left
  const size = useRef(''); // of the window that it is seen through
  const sent = useRef(0);

  const see = () => {
    const element = box.current!;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    at.current = element.scrollTop;
    setView({ top: element.scrollTop, height: element.clientHeight, bottom: below < 60 });
    return below;
  };
  /** Puts the list back to where it is read, when something above it has changed its height. */
  const hold = () => {
    const element = box.current;
    if (!element) return; // it is gone, and an event of it is not
    if (stick.current) {
      element.scrollTop = element.scrollHeight;
      at.current = element.scrollTop;
      return;
    }
    if (Math.abs(element.scrollTop - at.current) > 1) return; // it is being scrolled, and will be looked at
    const held = anchor.current && element.querySelector<HTMLElement>(`[data-id="${CSS.escape(anchor.current.id)}"]`);
    const moved = held ? held.getBoundingClientRect().top - element.getBoundingClientRect().top - anchor.current!.top : 0;
    if (Math.abs(moved) < 1) return;
    element.scrollTop += moved;
    at.current = element.scrollTop;
    if (Math.abs(element.scrollTop - (view.top ?? 0)) > MARGIN / 2) see(); // other rows have to come before this is painted
  };
  const place = () => {
    anchor.current = stick.current ? null : anchorOf(box.current!);
    onPlace?.(anchor.current);
  };
  const look = () => {
    const element = box.current;
    if (!element) return;
    const now = `${element.clientWidth} ${element.clientHeight}`;
    if (now !== size.current) {
      // nobody has scrolled: a phone was turned, a keyboard has come up
      if (size.current || !anchor.current) hold();
      size.current = now;
      if (anchor.current) return;
    }
    if (stick.current && element.scrollTop >= at.current - 1) hold(); // it has grown below; nobody has scrolled up
    const below = see();
    stick.current = below < 4;
    place();
    if (below < 60) {
      setFresh(0);
      onSeen();
    }
    if (element.scrollTop < MARGIN) onOlder();
  };
  const jump = () => {
    stick.current = true;
    anchor.current = null;
    box.current!.scrollTop = box.current!.scrollHeight;
    box.current!.focus();
    look();
  };

  useLayoutEffect(() => {
    if (sending > sent.current) {
      stick.current = true;
      anchor.current = null;
    }
    sent.current = sending;
    hold();
    if (!stick.current && !anchor.current) place();
  });

  useEffect(() => {
    const before = newest.current;
    newest.current = items.at(-1)?.AbsoluteTime ?? '';
    if (stick.current) {
      onSeen();
      return;
    }
    let come = 0;
    for (let n = items.length - 1; before && n >= 0 && items[n].AbsoluteTime > before; n -= 1) if (counts(items[n])) come += 1;
    if (come) setFresh((known) => known + come);
  }, [items]);

  useEffect(() => {
    // also where nobody can scroll any further, or the window is not filled
    if (box.current!.scrollTop < MARGIN) onOlder();
  }, [version]);

  return { box, view, stick, anchor, fresh, look, jump, hold };
}

export function Scroll(props: ScrollProps) {
  const { words, items, first, loading, row, stamp, below, arrow } = props;
  const heights = useRef(new Map<number, number>());
  const content = useRef<HTMLDivElement>(null);
  const place = usePlace(props);
  const { box, view, stick, anchor } = place;
  const [far, setFar] = useState(false); // what is not seen comes a moment later: a task for each
  useEffect(() => {
    const next = requestAnimationFrame(() => setFar(true));
    return () => cancelAnimationFrame(next);
  }, []);
  const latest = useRef(place);
  latest.current = place;
  useEffect(() => {
    // pictures, a keyboard that comes up, a window that turns
    const seen = new ResizeObserver(() => latest.current.look());
    const held = new ResizeObserver(() => latest.current.hold());
    seen.observe(box.current!);
    held.observe(content.current!);
    return () => {
      seen.disconnect();
      held.disconnect();
    };
  }, []);

  const chunks = useMemo(() => chunksOf(items, first), [items, first]);
  const heightOf = (each: { number: number; items: Item[] }) => heights.current.get(each.number) ?? each.items.length * ROW;
  const upTo = (number: number) => chunks.reduce((sum, each) => (each.number < number ? sum + heightOf(each) : sum), 0);
  const top = stick.current ? upTo(Infinity) - view.height : (view.top ?? upTo(anchor.current?.chunk ?? 0));
  const margin = far ? MARGIN : 0;
  const shown: ComponentChildren[] = [];
  let above = 0;
  let gap = 0;
  const close = (key: string) => {
    if (gap) shown.push(<div key={`before ${key}`} style={{ height: `${gap}px` }} />);
    gap = 0;
  };
  chunks.forEach((each) => {
    const height = heightOf(each);
    const near = (above + height > top - margin && above < top + view.height + margin) || each.number === anchor.current?.chunk;
    above += height;
    if (!near) {
      gap += height;
      return;
    }
    close(String(each.number));
    shown.push(
      <Chunk
        key={each.number}
        {...each}
        row={row}
        stamp={stamp(each.items)}
        measure={(measured) => heights.current.set(each.number, measured)}
      />,
    );
  });
  close('the end');

  return (
    <div class="listbox">
      <div
        class="list"
        ref={box}
        onScroll={place.look}
        tabIndex={0}
        role="log"
        aria-label={words.t('timeline')}
        aria-live="polite"
        aria-relevant="additions"
        aria-busy={loading}
      >
        <div class="content" ref={content}>
          {loading && <p class="event loading">{words.t('older')}</p>}
          {shown}
          {below}
        </div>
      </div>
      {!view.bottom && (
        <button type="button" class="jump" onClick={place.jump}>
          {arrow}
          {place.fresh ? words.t('new', { n: place.fresh }) : words.t('jump')}
        </button>
      )}
    </div>
  );
}
