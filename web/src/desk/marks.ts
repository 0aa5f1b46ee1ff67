// Words that were looked for, marked where they stand, without touching what stands there.

/** Marks words in what an element shows, now and as it changes, until the returned function is called. */
export function mark(box: HTMLElement | null, asked: string): (() => void) | undefined {
  const words = asked.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!box || words.length === 0 || !CSS.highlights) return undefined;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})`, 'giu');
  const paint = () => {
    const found: Range[] = [];
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (!node.parentElement?.closest('.bubble')) continue;
      for (const hit of node.nodeValue!.matchAll(pattern)) {
        const range = new Range();
        range.setStart(node, hit.index);
        range.setEnd(node, hit.index + hit[0].length);
        found.push(range);
      }
    }
    CSS.highlights.set('found', new Highlight(...found));
  };
  const watch = new MutationObserver(paint);
  watch.observe(box, { childList: true, subtree: true });
  paint();
  return () => {
    watch.disconnect();
    CSS.highlights.delete('found');
  };
}
