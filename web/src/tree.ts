// What a page may put in place of an item's text: elements out of a short list, as plain data. HTML is read in the page, whose it is; to the frame comes this.

export type Tree = string | { tag: string; href?: string; style?: Record<string, string>; inside: Tree[] };

const TAGS = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  's',
  'del',
  'small',
  'sub',
  'sup',
  'code',
  'pre',
  'p',
  'div',
  'span',
  'br',
  'hr',
  'ul',
  'ol',
  'li',
  'blockquote',
  'a',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
]);
const DROPPED = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'head',
  'title',
  'select',
  'textarea',
]);
const STYLES = ['color', 'background-color', 'font-weight', 'font-style', 'font-size', 'text-align', 'text-decoration-line'];
const DEEPEST = 20;
const MOST = 2_000; // elements and texts

/** Addresses that a link may lead to. */
export const SAFE = /^(https?:\/\/|mailto:|tel:)/i;

const isStyle = (name: string, value: unknown): value is string =>
  STYLES.includes(name) && typeof value === 'string' && value.length > 0 && value.length < 100 && !/[;{}\\]|url|expression/i.test(value);

/** The nodes as data, without what is not on the list: of an element that is not, what is inside. */
function read(nodes: Iterable<Node>, depth: number): Tree[] {
  const out: Tree[] = [];
  for (const node of nodes) {
    if (node.nodeType === Node.TEXT_NODE) out.push(node.nodeValue ?? '');
    if (node.nodeType !== Node.ELEMENT_NODE || depth > DEEPEST) continue;
    const element = node as HTMLElement;
    const tag = element.localName;
    if (DROPPED.has(tag)) continue;
    const inside = read(element.childNodes, depth + 1);
    if (!TAGS.has(tag)) {
      out.push(...inside);
      continue;
    }
    const style = Object.fromEntries(
      STYLES.map((name) => [name, element.style.getPropertyValue(name)]).filter(([name, value]) => isStyle(name, value)),
    );
    const href = tag === 'a' ? (element.getAttribute('href') ?? '') : '';
    out.push({ tag, inside, ...(SAFE.test(href) ? { href } : {}), ...(Object.keys(style).length ? { style } : {}) });
  }
  return out;
}

/** HTML, or nodes of the page, as data. Nothing in it runs or is loaded. */
export function treeOf(content: string | Node): Tree[] {
  if (content instanceof Node) return read([content], 0);
  const template = document.createElement('template');
  template.innerHTML = content;
  return read(template.content.childNodes, 0);
}

/** What has come from the page, with whatever is not on the list gone once more: the frame takes nobody's word. */
export function checked(data: unknown, budget = { left: MOST }, depth = 0): Tree[] {
  if (!Array.isArray(data) || depth > DEEPEST) return [];
  return data.flatMap((each): Tree[] => {
    if (budget.left-- <= 0) return [];
    if (typeof each === 'string') return [each];
    const { tag, href, style, inside } = Object(each) as { tag?: unknown; href?: unknown; style?: unknown; inside?: unknown };
    if (typeof tag !== 'string' || !TAGS.has(tag)) return [];
    const styles = Object.fromEntries(
      Object.entries(Object(style) as Record<string, unknown>).filter(([name, value]) => isStyle(name, value)),
    ) as Record<string, string>;
    return [
      {
        tag,
        inside: checked(inside, budget, depth + 1),
        style: styles,
        ...(tag === 'a' && typeof href === 'string' && SAFE.test(href) ? { href } : {}),
      },
    ];
  });
}
