// Markdown of messages as elements. No text of a message is ever read as HTML: what is not known stays text.

import type { ComponentChildren, VNode } from 'preact';

const SAFE = /^(https?:\/\/|mailto:|tel:)/i;
const INLINE =
  /(\*\*|__)(?=\S)([^]+?\S?)\1|(\*|_)(?=\S)([^*_]+?)\3|~~([^~]+)~~|`([^`\n]+)`|\[([^\]\n]{1,500})\]\(([^)\s]{1,2000})\)|(https?:\/\/[^\s<>"'`)\]]{1,2000})/;

function link(href: string, text: ComponentChildren): ComponentChildren {
  if (!SAFE.test(href)) return text;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}

/** What is inside a line. Nesting goes a few levels, so that no text is costly. */
function inline(text: string, depth = 0): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let rest = text;
  for (let n = 0; n < 400; n += 1) {
    const found = depth < 4 ? INLINE.exec(rest) : null;
    if (!found) break;
    if (found.index) out.push(rest.slice(0, found.index));
    const [whole, , strong, , weak, gone, code, label, href, bare] = found;
    if (strong !== undefined) out.push(<strong>{inline(strong, depth + 1)}</strong>);
    else if (weak !== undefined) out.push(<em>{inline(weak, depth + 1)}</em>);
    else if (gone !== undefined) out.push(<del>{inline(gone, depth + 1)}</del>);
    else if (code !== undefined) out.push(<code>{code}</code>);
    else if (href !== undefined) out.push(link(href, label));
    else {
      const end = /[.,;:!?]+$/.exec(bare)?.[0] ?? '';
      out.push(link(bare.slice(0, bare.length - end.length), bare.slice(0, bare.length - end.length)), end);
    }
    rest = rest.slice(found.index + whole.length);
  }
  out.push(rest);
  return out;
}

/** Plain text, in which addresses are links. */
export function Plain({ text }: { text: string }) {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'`)\]]{1,2000}/g)) {
    const address = found[0].replace(/[.,;:!?]+$/, '');
    out.push(text.slice(at, found.index), link(address, address));
    at = found.index + address.length;
  }
  return (
    <p dir="auto">
      {out}
      {text.slice(at)}
    </p>
  );
}

export function Markdown({ text }: { text: string }) {
  const blocks: VNode[] = [];
  let list: { ordered: boolean; items: VNode[] } | null = null;
  let lines: ComponentChildren[] = [];
  const endLines = () => {
    if (lines.length) blocks.push(<p dir="auto">{lines}</p>);
    lines = [];
  };
  const endList = () => {
    if (list) blocks.push(list.ordered ? <ol dir="auto">{list.items}</ol> : <ul dir="auto">{list.items}</ul>);
    list = null;
  };
  for (const line of text.split('\n')) {
    const bullet = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/.exec(line);
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (bullet) {
      endLines();
      const ordered = bullet[1] !== undefined;
      if (list && list.ordered !== ordered) endList();
      list ??= { ordered, items: [] };
      list.items.push(<li>{inline(bullet[2])}</li>);
      continue;
    }
    endList();
    if (heading) {
      endLines();
      blocks.push(
        <p dir="auto">
          <strong>{inline(heading[1])}</strong>
        </p>,
      );
    } else if (quote) {
      endLines();
      blocks.push(<blockquote dir="auto">{inline(quote[1])}</blockquote>);
    } else if (!line.trim()) endLines();
    else {
      if (lines.length) lines.push(<br />);
      lines.push(...inline(line));
    }
  }
  endList();
  endLines();
  return <>{blocks}</>;
}
