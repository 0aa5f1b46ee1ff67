// What the page has an item shown as: another name, another text, or elements out of a short list.

import { h, type ComponentChildren } from 'preact';
import { Plain } from './markdown.tsx';
import { checked, type Tree } from './tree.ts';

export interface Overlay {
  name?: string;
  text?: string;
  tree?: Tree[];
}

/** An overlay as it has come from the page, with nothing in it that is not one. */
export function overlayOf(data: unknown): Overlay {
  const { name, text, tree } = Object(data) as Record<string, unknown>;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(tree === undefined ? {} : { tree: checked(tree) }),
  };
}

function elements(tree: Tree[]): ComponentChildren[] {
  return tree.map((each) => {
    if (typeof each === 'string') return each;
    const link = each.tag === 'a' ? { href: each.href, target: '_blank', rel: 'noopener noreferrer nofollow' } : {};
    return h(each.tag, { ...link, style: each.style }, ...elements(each.inside));
  });
}

/** The overlay's own content, or else `children`. */
export function Overlaid({ overlay, children }: { overlay?: Overlay; children: ComponentChildren }) {
  if (overlay?.tree) return <div dir="auto">{elements(overlay.tree)}</div>;
  return overlay?.text === undefined ? <>{children}</> : <Plain text={overlay.text} />;
}
