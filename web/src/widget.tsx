// The widget in its frame: from the button that opens it to a chat that has ended, and the next.

import { render } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { Bridge } from './bridge.ts';
import { Chat, type Kept } from './chat.ts';
import { Composer } from './composer.tsx';
import { Icon } from './icons.tsx';
import { eventText, isMine, nameOf, type Shown } from './item.tsx';
import { Keep } from './keep.ts';
import { List } from './list.tsx';
import { applyStyles, type Look } from './look.ts';
import { overlayOf, type Overlay } from './overlay.tsx';
import type { Settings, ToFrame } from './protocol.ts';
import { chime } from './sound.ts';
import { wordsOf } from './texts.ts';
import { CONTENT, Refused, post, uuid, type Item, type StartAnswer } from './wire.ts';
import './widget.css';

interface Config { id: string; domains: string[]; open: boolean; signed: boolean; look: Look }
type Phase = 'idle' | 'form' | 'choose' | 'starting' | 'failed' | 'chat';
type Choice = '' | 'ask' | 'continue' | 'new';

const config = JSON.parse(document.body.dataset.config!) as Config;
const inert = config.id === 'interface'; // the page starts chats itself, and keeps what there is to keep

function App() {
  const [version, redraw] = useReducer((n: number) => n + 1, 0);
  const [settings, setSettings] = useState<Settings | null>(null);
  const [phase, setPhase] = useState<Phase>('idle');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState('');
  const [draft, setDraft] = useState('');
  const [menu, setMenu] = useState(false);
  const [ending, setEnding] = useState(false);
  const [sound, setSound] = useState(true);
  const chat = useRef<Chat | null>(null);
  const unread = useRef(0);
  const overlays = useRef(new Map<string, Overlay>());
  const left = useRef(false); // by the customer's own wish
  const startToken = useRef(uuid());
  const now = useRef({ shown, draft, settings, sound });
  now.current = { shown, draft, settings, sound };
  const words = useMemo(() => wordsOf(settings?.language ?? config.look.language, {}), [settings?.language]);
  const custom = settings?.customizationObject ?? {};
  const asksMarkdown = !!settings?.supportedMessagingContentTypes?.includes(CONTENT.markdown);

  const keep = useMemo(() => new Keep(config.id, (): Kept | null => {
    const one = chat.current;
    return one && one.state !== 'ended' && !inert ? { started: one.started, features: one.features, pending: one.pending.filter((each) => !each.id), draft: now.current.draft } : null;
  }), []);
  const save = () => { if (!inert) keep.save(keep.kept()); };

  const count = (number: number) => {
    unread.current = number;
    bridge.current?.tell({ type: 'unread', count: number, title: number ? `(${number}) ${words.t('newMessages')}` : '' });
  };
  const visible = () => now.current.shown && document.visibilityState === 'visible';

  function begin(kept: Kept) {
    chat.current?.stop();
    let established = false;
    left.current = false;
    const { ContactId, ParticipantId } = kept.started;
    chat.current = new Chat(kept.started, kept.features, kept.pending, {
      change: redraw.bind(null, undefined as never),
      keep: save,
      established: () => {
        if (established) return;
        established = true;
        bridge.current?.tell({ type: 'event', name: 'CONNECTION_ESTABLISHED', data: { contactId: ContactId } });
      },
      ended: () => {
        keep.save(null);
        bridge.current?.tell({ type: 'event', name: 'CHAT_ENDED', data: { contactId: ContactId, byCustomer: left.current } });
      },
      fresh: (items: Item[], live: boolean) => {
        const others = items.filter((item) => !isMine(item) && item.Type !== 'EVENT');
        if (inert) for (const item of items) bridge.current?.tell({ type: 'item', item });
        if (live) for (const item of items) bridge.current?.tell({ type: 'event', name: nameOfEvent(item), data: inert ? { ...item } : { id: item.Id, role: item.ParticipantRole } });
        if (!live || others.length === 0) return;
        if (!visible()) count(unread.current + others.length);
        if (now.current.sound && !visible()) chime();
      },
    });
    setDraft(kept.draft);
    setPhase('chat');
    bridge.current?.tell({ type: 'metadata', metadata: { chatContactId: ContactId, contactId: ContactId, participantId: ParticipantId } });
    save();
  }

  async function start(choice: Choice, details: { name?: string; message?: string } = {}) {
    setPhase('starting');
    setError('');
    const given = now.current.settings ?? {};
    try {
      const answer = given.startsItself
        ? { data: await bridge.current!.ask('start') } as StartAnswer
        : await post<StartAnswer>(`/widget/${encodeURIComponent(config.id)}/start`, {
          Page: bridge.current!.page, Token: given.authenticates ? String(await bridge.current!.ask('token') ?? '') : '',
          DisplayName: details.name || given.displayName || '', Attributes: given.contactAttributes, Minutes: given.chatDurationInMinutes ?? 0,
          ContentTypes: given.supportedMessagingContentTypes ?? [CONTENT.plain], Message: details.message ?? '', ClientToken: startToken.current, Choice: choice,
        });
      if (answer.choose) return setPhase('choose');
      startToken.current = uuid();
      return begin({ started: answer.data.startChatResult, features: answer.data.featurePermissions ?? {}, pending: [], draft: '' });
    } catch (reason) {
      setError(reason instanceof Refused && reason.status ? reason.message : '');
      return setPhase('failed');
    }
  }

  function invite() {
    const asks = config.look.preChat && !now.current.settings?.startsItself;
    if (asks) setPhase('form');
    else void start(config.look.askContinue ? 'ask' : '');
  }

  const phaseNow = useRef(phase);
  phaseNow.current = phase;
  const bridge = useRef<Bridge | null>(null);
  useEffect(() => {
    let settled: Promise<unknown> | null = null;
    const boot = async () => {
      const kept = inert ? null : keep.load() ?? await keep.fromOtherTab();
      if (kept) begin(kept);
    };
    bridge.current = new Bridge(config.domains, (message: ToFrame) => {
      switch (message.type) {
        case 'settings':
          now.current.settings = message.settings;
          setSettings(message.settings);
          settled ??= boot();
          break;
        case 'open':
          setShown(true);
          now.current.shown = true;
          count(0);
          void settled?.then(() => { if (phaseNow.current === 'idle' && !chat.current) invite(); });
          break;
        case 'closed': setShown(false); now.current.shown = false; break;
        case 'end':
          left.current = true;
          void chat.current?.leave().catch(() => {});
          break;
        case 'overlay':
          overlays.current.set(message.id, overlayOf(message.overlay));
          redraw(undefined as never);
          break;
      }
    });
    const look = () => { if (visible()) { count(0); chat.current?.seen(); } };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);

  useEffect(() => {
    document.documentElement.lang = words.tag;
    document.documentElement.dir = words.rtl ? 'rtl' : 'ltr';
    applyStyles(config.look, settings?.customStyles);
  }, [words, settings?.customStyles]);

  const write = (text: string) => { setDraft(text); now.current.draft = text; save(); };
  const one = chat.current;
  // A page that starts its chats itself says what they can do, and what it does not say they cannot.
  const markdown = settings?.startsItself ? !!one?.features.MESSAGING_MARKDOWN : asksMarkdown;
  const items = one?.timeline.items ?? [];
  const newest = items.findLast((item) => isMine(item) && item.Type !== 'EVENT')?.Id ?? '';
  const view: Shown | null = one && { chat: one, words, custom, newest, overlays: overlays.current, answer: (text, type) => one.say(text, type) };

  async function download() {
    setMenu(false);
    const lines = items.flatMap((item) => {
      const at = new Date(item.AbsoluteTime).toLocaleString(words.tag);
      const text = item.Type === 'EVENT' ? eventText(item, { words, custom }) : item.Content ?? item.Attachments?.map((file) => file.AttachmentName).join(', ');
      return text ? [`${at}  ${item.Type === 'EVENT' ? '' : `${nameOf(item, { words, custom })}: `}${text}`] : [];
    });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }));
    link.download = 'chat.txt';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  const end = () => {
    setMenu(false);
    setEnding(false);
    left.current = true;
    void one?.leave().catch(() => {}).then(() => { if (custom.footer?.skipCloseChatButton) bridge.current?.tell({ type: 'close' }); });
  };
  const askEnd = () => {
    setMenu(false);
    if (config.look.confirmEnd || custom.endChat?.enableConfirmationDialog) setEnding(true);
    else end();
  };
  const agentName = custom.transcript?.eventNames?.agent ?? one?.agent ?? '';
  const ended = phase === 'chat' && one?.state === 'ended';
  const subtitle = phase !== 'chat' || !one ? '' : ended ? words.t('ended') : one.state === 'connecting' ? words.t('connecting')
    : one.agent ? (custom.header?.dynamicHeader ? '' : words.t('with', { name: agentName })) : words.t('waiting');
  const endable = !custom.footer?.disabled || !!custom.header?.dropdown; // the footer's button is in the menu here
  const title = custom.header?.dynamicHeader && one?.agent && !ended ? words.t('with', { name: agentName }) : config.look.title || words.t('title');
  const again = (choice: Choice) => { chat.current?.stop(); chat.current = null; void start(choice); };

  return (
    <div class="widget" onKeyDown={(event) => { if (event.key === 'Escape') { if (menu) setMenu(false); else if (ending) setEnding(false); else if (!inert) bridge.current?.tell({ type: 'minimise' }); } }}>
      <header class="head">
        <div class="who"><h1 dir="auto" class={settings?.ownHeader ? 'unseen' : ''}>{title}</h1><p role="status" dir="auto">{one && !ended && <i class={`dot ${one.state === 'open' ? 'on' : ''}`} />}{subtitle}</p></div>
        {one && <div class="menubox"><button type="button" class="tool" aria-label={words.t('menu')} aria-haspopup="true" aria-expanded={menu} onClick={() => setMenu(!menu)}><Icon name="more" /></button>
          {menu && <div class="menu">
            {!custom.header?.hideTranscriptDownloadButton && <button type="button" onClick={download}>{words.t('download')}</button>}
            <button type="button" onClick={() => { setSound(!sound); setMenu(false); }}>{words.t(sound ? 'soundOff' : 'soundOn')}</button>
            {!ended && endable && <button type="button" class="end" onClick={askEnd}>{words.t('end')}</button>}
          </div>}</div>}
        {(ended || (!inert && settings?.displayType !== 'WEBVIEW')) && <button type="button" class="tool" aria-label={words.t(ended ? 'close' : 'minimise')} onClick={() => bridge.current?.tell({ type: ended ? 'close' : 'minimise' })}><Icon name={ended ? 'close' : 'down'} /></button>}
      </header>
      {phase === 'chat' && one?.state === 'away' && <p class="banner" role="alert">{words.t('away')}</p>}
      {!config.open && phase !== 'chat' && <p class="banner calm" role="status">{words.t('offline')}</p>}
      {phase === 'chat' && view && <List shown={view} version={version} onSeen={() => { if (visible()) one?.seen(); }} />}
      {(phase === 'starting' || phase === 'idle') && <div class="center" role="status"><span class="spinner" />{words.t('starting')}</div>}
      {phase === 'failed' && <div class="center" role="alert"><p>{words.t('failed')}</p>{error && <p class="sub" dir="auto">{error}</p>}<button type="button" class="main" onClick={() => void start('')}>{words.t('again')}</button></div>}
      {phase === 'choose' && <div class="center"><p>{words.t('choose')}</p><button type="button" class="main" onClick={() => void start('continue')}>{words.t('continue')}</button><button type="button" class="plain" onClick={() => void start('new')}>{words.t('anew')}</button></div>}
      {phase === 'form' && (
        <form class="center form" onSubmit={(event) => { event.preventDefault(); const data = new FormData(event.currentTarget as HTMLFormElement); void start(config.look.askContinue ? 'ask' : '', { name: String(data.get('name') ?? ''), message: String(data.get('message') ?? '') }); }}>
          <p dir="auto">{config.look.greeting || words.t('greeting')}</p>
          <label class="field"><span>{words.t('name')}</span><input name="name" autocomplete="name" maxLength={256} required /></label>
          <label class="field"><span>{words.t('matter')}</span><textarea name="message" rows={3} maxLength={1024} required /></label>
          <button type="submit" class="main">{words.t('start')}</button>
        </form>
      )}
      {phase === 'chat' && one && !ended && <Composer chat={one} words={words} custom={custom} markdown={markdown} draft={draft} onDraft={write} />}
      {ended && !inert && (
        <footer class="after">
          {settings?.authenticates && <button type="button" class="main" onClick={() => again('continue')}>{words.t('continue')}</button>}
          <button type="button" class={settings?.authenticates ? 'plain' : 'main'} onClick={() => again('new')}>{words.t('anew')}</button>
        </footer>
      )}
      {ending && <Confirm title={custom.endChat?.confirmationDialogText?.title ?? words.t('endSure')} text={custom.endChat?.confirmationDialogText?.message ?? words.t('endText')}
        yes={custom.endChat?.confirmationDialogText?.confirmButtonText ?? words.t('end')} no={custom.endChat?.confirmationDialogText?.cancelButtonText ?? words.t('cancel')} onYes={end} onNo={() => setEnding(false)} />}
    </div>
  );
}

function Confirm({ title, text, yes, no, onYes, onNo }: { title: string; text: string; yes: string; no: string; onYes(): void; onNo(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="sure" onClose={onNo}>
      <h2 id="sure">{title}</h2><p>{text}</p>
      <div><button type="button" class="plain" onClick={onNo}>{no}</button><button type="button" class="main danger" onClick={onYes}>{yes}</button></div>
    </dialog>
  );
}

function nameOfEvent(item: Item) {
  switch (item.ContentType) {
    case CONTENT.joined: return 'PARTICIPANT_JOINED';
    case CONTENT.left: return 'PARTICIPANT_LEFT';
    default: return isMine(item) ? 'OUTGOING_MESSAGE' : 'INCOMING_MESSAGE';
  }
}

render(<App />, document.getElementById('chat')!);
