// What a site loads: a button, the frame when it is opened, and the queue of calls that the snippet has made.

import { pictures } from './pictures.ts';
import { isLabelled, labelled, type Customization, type Settings, type ToFrame, type ToPage } from './protocol.ts';

type Call = (key: string, value: unknown) => void;
interface Launch {
  skipIconButtonAndAutoLaunch?: boolean;
  alwaysHideWidgetButton?: boolean;
  programmaticLaunch?: (launch: () => void) => void;
}
type Colors = { color?: string; backgroundColor?: string };
type Listener = (eventName: string, detail: { chatDetails: unknown; data: unknown }) => void;

const script = document.currentScript as HTMLScriptElement;
const origin = new URL(script.src).origin;
const values = new Map<string, unknown>();
const frameId = 'amazon-connect-widget-frame';
const buttonId = 'amazon-connect-open-widget-button';

let frame: HTMLIFrameElement | undefined;
let button: HTMLButtonElement | undefined;
let badge: HTMLSpanElement | undefined;
let ready = false;
let shown = false;
let ongoing = false;
let details: Record<string, unknown> = {};
let unread = 0;
let title = document.title;

const get = <T>(key: string) => values.get(key) as T | undefined;
const log = (...what: unknown[]) => {
  if (get('enableLogs')) console.log('[chat]', ...what);
};
/** The page is an app's, and the chat is all there is in it. */
const webview = () => get('displayType') === 'WEBVIEW';
const rtl = () => /^(ar|he|fa|ur)/.test(get<string>('language') ?? '') || document.documentElement.dir === 'rtl';

function send(message: ToFrame) {
  if (ready || message.type === 'settings') frame?.contentWindow?.postMessage(labelled(message), origin);
}

/** The name that the page gives, as Amazon's rules have it. */
function displayName(): Promise<string> {
  return new Promise((resolve) => {
    const asked = get<(callback: (name: unknown) => void) => void>('customerDisplayName');
    if (!asked) return resolve('');
    asked((name) => {
      if (typeof name === 'string' && name.length > 0 && name.length <= 256) return resolve(name);
      console.error('Invalid customerDisplayName provided');
      return resolve('');
    });
  });
}

/** What the page says of the contact: texts by name, as Amazon's is. */
function contactAttributes() {
  const given = Object.entries(get<Record<string, unknown>>('contactAttributes') ?? {});
  for (const [name, value] of given)
    if (typeof value !== 'string') console.error(`amazon_connect: the contact attribute ${name} is left out, since it is no text`);
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string')) as Record<string, string>;
}

async function settings(): Promise<Settings> {
  const custom = get<Customization>('customizationObject') ?? {};
  const { displayIcons, iconSources } = custom.transcript ?? {};
  return JSON.parse(
    JSON.stringify({
      supportedMessagingContentTypes: get('supportedMessagingContentTypes'),
      displayName: await displayName(),
      contactAttributes: contactAttributes(),
      chatDurationInMinutes: get('chatDurationInMinutes'),
      language: get('language'),
      customStyles: get('customStyles'),
      customizationObject: {
        ...custom,
        transcript: { ...custom.transcript, iconSources: displayIcons ? await pictures(iconSources) : {} },
      },
      enableLogs: get('enableLogs'),
      authenticates: !!get('authenticate'),
      startsItself: !!get('customStartChat'),
      displayType: get('displayType'),
      signIn: get('authenticationParameters'),
    }),
  );
}

function ask<T>(key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = get<(callback: (value: T) => void) => unknown>(key);
    if (!asked) return reject(new Error(`the page sets no ${key}`));
    Promise.resolve(asked(resolve)).catch(reject);
  });
}

async function hear(message: ToPage) {
  switch (message.type) {
    case 'ready':
      ready = true;
      send({ type: 'settings', settings: await settings() });
      send({ type: shown ? 'open' : 'closed' });
      break;
    case 'ask':
      try {
        const value = await ask(message.what === 'token' ? 'authenticate' : 'customStartChat');
        send({ type: 'answer', id: message.id, value });
      } catch (error) {
        send({ type: 'answer', id: message.id, error: String(error) });
      }
      break;
    case 'metadata':
      details = message.metadata;
      get<(metadata: unknown) => void>('contactMetadataHandler')?.(message.metadata);
      break;
    case 'event':
      ongoing = message.name === 'CHAT_ENDED' ? false : message.name === 'CONNECTION_ESTABLISHED' ? true : ongoing;
      try {
        sessionStorage.setItem(`perch-chat-${script.id}`, ongoing ? '1' : '');
      } catch {
        /* see show */
      }
      place();
      tell(message.name, message.data);
      break;
    case 'unread':
      unread = message.count;
      place();
      document.title = unread ? message.title : title;
      break;
    case 'minimise':
      show(false);
      button?.focus();
      break;
    case 'close':
      ongoing = false;
      show(false);
      frame?.remove();
      frame = undefined;
      ready = false;
      tell('WIDGET_FRAME_CLOSED', { status: 'closed' });
      break;
  }
}

function tell(name: string, data: unknown) {
  log(name, data);
  get<Record<string, Listener>>('registerCallback')?.[name]?.(name, { chatDetails: details, data });
}

window.addEventListener('message', (event) => {
  if (event.origin !== origin || event.source !== frame?.contentWindow || !isLabelled(event.data)) return;
  void hear(event.data as unknown as ToPage);
});

function style(element: HTMLElement, css: Record<string, string>) {
  for (const [name, value] of Object.entries(css)) element.style.setProperty(name, value);
}

/** The frame on perch's origin. It is made when it is first opened, or to go on with a chat that this tab has open. */
function load() {
  if (frame) return;
  frame = document.createElement('iframe');
  frame.id = frameId;
  frame.title = 'Chat';
  frame.allow = 'autoplay; clipboard-write';
  frame.src = `${origin}/widget/${encodeURIComponent(script.id)}/frame`;
  style(frame, {
    border: '0',
    position: 'fixed',
    'z-index': '2147483001',
    display: 'none',
    'color-scheme': 'normal',
    background: 'transparent',
  });
  document.body.append(frame);
}

function show(open: boolean) {
  if (open) load();
  shown = open;
  if (open) title = unread ? title : document.title;
  try {
    sessionStorage.setItem(`perch-open-${script.id}`, open ? '1' : '');
  } catch {
    /* without storage a reloaded page begins closed */
  }
  place();
  send({ type: open ? 'open' : 'closed' });
  if (open) frame?.focus();
}

function place() {
  const styles = get<{ openChat?: Colors; closeChat?: Colors; iconType?: string }>('styles') ?? {};
  const launch = get<Launch>('customLaunchBehavior') ?? {};
  const whole = window.innerWidth <= 480 || webview();
  const side = rtl() ? 'left' : 'right';
  const global = get<{ global?: { frameWidth?: string; frameHeight?: string } }>('customStyles')?.global;
  if (frame) {
    style(frame, { display: shown ? 'block' : 'none', left: 'auto', right: 'auto', top: 'auto' });
    style(
      frame,
      whole
        ? { inset: '0', width: '100%', height: '100dvh', 'border-radius': '0', 'box-shadow': 'none' }
        : {
            [side]: '20px',
            bottom: '92px',
            width: global?.frameWidth ?? '384px',
            height: `min(${global?.frameHeight ?? '640px'}, calc(100dvh - 112px))`,
            'border-radius': '18px',
            'box-shadow': '0 24px 64px -16px rgb(16 24 40 / .38), 0 2px 10px rgb(16 24 40 / .12)',
          },
    );
  }
  if (!button) return;
  const colors = (shown ? styles.closeChat : styles.openChat) ?? {};
  const hidden =
    launch.alwaysHideWidgetButton || webview() || (launch.skipIconButtonAndAutoLaunch && !ongoing && !frame) || (whole && shown);
  style(button, {
    display: hidden ? 'none' : 'grid',
    left: 'auto',
    right: 'auto',
    [side]: '20px',
    color: colors.color ?? '#fff',
    'background-color': colors.backgroundColor ?? '#1f5f4a',
  });
  button.setAttribute('aria-expanded', String(shown));
  button.setAttribute('aria-label', shown ? 'Minimise chat' : unread ? `Open chat, ${unread} new` : 'Open chat');
  button.firstElementChild?.replaceWith(
    icon(
      shown
        ? 'M6 9l6 6 6-6'
        : styles.iconType === 'VOICE'
          ? 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2'
          : 'M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3 21l2-5.8A8.4 8.4 0 1 1 21 11.5z',
    ),
  );
  if (badge) {
    badge.textContent = unread ? String(unread) : '';
    badge.style.display = unread && !shown ? 'grid' : 'none';
  }
}

function icon(path: string) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [k, v] of Object.entries({
    viewBox: '0 0 24 24',
    width: '26',
    height: '26',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(k, v);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

function begin() {
  button = document.createElement('button');
  button.id = buttonId;
  button.type = 'button';
  style(button, {
    position: 'fixed',
    bottom: '20px',
    width: '60px',
    height: '60px',
    border: '0',
    'border-radius': '50%',
    cursor: 'pointer',
    padding: '0',
    'place-items': 'center',
    'z-index': '2147483000',
    'box-shadow': '0 10px 28px -6px rgb(16 24 40 / .45)',
  });
  badge = document.createElement('span');
  style(badge, {
    position: 'absolute',
    top: '-4px',
    right: '-4px',
    'min-width': '22px',
    height: '22px',
    'border-radius': '11px',
    background: '#c01c28',
    color: '#fff',
    font: '600 12px/22px system-ui,sans-serif',
    'place-items': 'center',
    border: '2px solid #fff',
    'box-sizing': 'content-box',
  });
  button.append(icon(''), badge);
  button.addEventListener('click', () => show(!shown));
  document.body.append(button);
  window.addEventListener('resize', place);
  const launch = get<Launch>('customLaunchBehavior');
  launch?.programmaticLaunch?.(() => show(true));
  let remembered = '';
  try {
    remembered = sessionStorage.getItem(`perch-open-${script.id}`) ?? '';
  } catch {
    /* see show */
  }
  if (launch?.skipIconButtonAndAutoLaunch || webview() || remembered === '1') show(true);
  else if (hasChat()) load();
  place();
}

/** A chat that this tab has minimised goes on in the background, so that its messages are counted. */
function hasChat() {
  try {
    return sessionStorage.getItem(`perch-chat-${script.id}`) === '1';
  } catch {
    return false;
  }
}

const page = window as unknown as { amazon_connect?: Call & { ac?: IArguments[]; relaunch?: () => void } };
const early = page.amazon_connect?.ac ?? [];
let begun = false;

function take() {
  const apply: Call & { relaunch?: () => void } = (key, value) => {
    values.set(key, value);
    if (!begun) return;
    place();
    if (ready) void settings().then((now) => send({ type: 'settings', settings: now }));
  };
  // The snippet may stand in a click's listener: the second click opens what the first has made.
  apply.relaunch = () => {
    if (get<Launch>('customLaunchBehavior')?.skipIconButtonAndAutoLaunch) show(true);
  };
  page.amazon_connect = apply;
  for (const call of early) apply(call[0], call[1]);
  const start = () => {
    if (!values.get('snippetId')) console.error('amazon_connect: no snippetId is set');
    begun = true;
    begin();
  };
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
}

if (page.amazon_connect?.relaunch) page.amazon_connect.relaunch();
else take();
