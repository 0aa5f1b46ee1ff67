// What ChatInterface puts into the page: the page's own header and footer, and the frame between them.
// Header and footer are the page's, in the page, with what it has set on them; the frame takes no HTML.

export interface Bar {
  isHTML?: boolean;
  render?: (props?: unknown) => unknown;
  sourceUrl?: string;
  altText?: string;
}

function style(element: HTMLElement, css: Record<string, string>) {
  for (const [name, value] of Object.entries(css)) element.style.setProperty(name, value);
}

/** Puts what a page's render function gives into a box of the page. */
function fill(box: HTMLElement, { render, isHTML }: Bar, props?: unknown) {
  const content = render?.(props);
  if (content instanceof Node) box.append(content);
  else if (isHTML) box.innerHTML = content as string;
  else if (typeof content === 'string') box.append(content);
  else if (content) console.error('ChatInterface: render must give text, HTML or a node of the page');
}

function image({ sourceUrl, altText }: Bar, css: Record<string, string>) {
  const img = document.createElement('img');
  img.src = sourceUrl!;
  img.alt = altText ?? '';
  style(img, { display: 'block', 'max-width': '100%', margin: '0 auto', ...css });
  return img;
}

export class Panel {
  readonly box = document.createElement('div');
  readonly frame = document.createElement('iframe');
  #footer?: HTMLElement;

  constructor(address: string, look: { baseCssClass?: string; headerConfig?: Bar; logoConfig?: Bar; footerConfig?: Bar }) {
    this.box.className = look.baseCssClass ?? 'connect-customer-interface';
    style(this.box, { display: 'flex', 'flex-direction': 'column', width: '100%', height: '100%', 'min-height': '420px' });
    const { headerConfig: header, logoConfig: logo } = look;
    if (logo?.sourceUrl) this.box.append(image(logo, { 'max-height': '64px' }));
    if (header?.sourceUrl) this.box.append(image(header, {}));
    if (header?.render) this.#add('header', header);
    this.frame.title = 'Chat';
    this.frame.src = address;
    this.frame.allow = 'autoplay; clipboard-write';
    style(this.frame, { border: '0', width: '100%', flex: '1', 'min-height': '0', display: 'block', 'color-scheme': 'normal' });
    this.box.append(this.frame);
    if (look.footerConfig?.render) this.#footer = document.createElement('footer');
  }

  #add(tag: 'header', bar: Bar) {
    const element = document.createElement(tag);
    try {
      fill(element, bar);
    } catch (error) {
      console.error(error);
    }
    this.box.append(element);
  }

  /** Draws the page's footer anew, as it is done with each change of the chat's state. */
  footer(bar: Bar, props: unknown) {
    if (!this.#footer) return;
    this.#footer.replaceChildren();
    try {
      fill(this.#footer, bar, props);
    } catch (error) {
      console.error(error);
    }
    this.box.append(this.#footer);
  }
}
