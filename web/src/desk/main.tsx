// The desk: signed out, or at work.

import { render } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { chime } from '../sound.ts';
import { Aside } from './aside.tsx';
import { Desk, type Alert } from './desk.ts';
import { Floor } from './floor/floor.tsx';
import { History } from './history.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Inbox, SHOWN, nameOf } from './inbox.tsx';
import { apply, choose, chosen, type Chosen } from './look.ts';
import { Offer } from './offer.tsx';
import { NewPassword } from './password.tsx';
import { Palette, type Command } from './palette.tsx';
import { Session } from './session.ts';
import { Settings } from './settings/view.tsx';
import { Mark, SignIn } from './sign-in.tsx';
import { StatusPicker } from './status.tsx';
import { Talk } from './talk.tsx';
import { LANGUAGES, wordsOf, type Key, type Words } from './texts.ts';
import './desk.css';
import './views.css';

type View = 'chats' | 'history' | 'floor' | 'settings';
const viewOf = (): View => (/^#\/(history|floor|settings)/.exec(location.hash)?.[1] as View | undefined) ?? 'chats';

function App() {
  const [look, setLook] = useState<Chosen>(chosen);
  const words = useMemo(() => wordsOf(look.language), [look.language]);
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => apply(look, words.tag, words.rtl), [look, words]);
  const change = (next: Partial<Chosen>) => {
    const all = { ...look, ...next };
    choose(all);
    setLook(all);
  };
  const ended = () => {
    setSaid(words.t('signedOut'));
    setSession(null);
  };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const resume = () =>
      Session.resume(ended).then(setSession, () => {
        setSaid(words.t('noServer'));
        timer = setTimeout(resume, 2_000);
      });
    void resume();
    return () => clearTimeout(timer);
  }, []);
  if (session === undefined)
    return (
      <div class="center whole" role="status">
        <span class="spinner" />
        {said}
      </div>
    );
  if (session === null)
    return (
      <SignIn
        words={words}
        said={said}
        onIn={(one) => {
          setSaid('');
          setSession(one);
        }}
        onEnd={ended}
      />
    );
  return <Work key={session.user.Id} session={session} words={words} look={look} onLook={change} />;
}

function useDesk(session: Session, look: Chosen, words: Words) {
  const [version, bump] = useReducer((n: number) => n + 1, 0);
  const waiting = useRef(false);
  const desk = useRef<Desk | null>(null);
  const now = useRef({ look, words });
  now.current = { look, words };
  const change = useCallback((atOnce = false) => {
    if (atOnce) return bump(undefined as never);
    if (waiting.current) return;
    waiting.current = true;
    const run = () => {
      waiting.current = false;
      bump(undefined as never);
    };
    if (document.hidden) setTimeout(run, 50);
    else requestAnimationFrame(run);
  }, []);
  const alert = useCallback(({ kind, row, text }: Alert) => {
    if (now.current.look.sound) chime();
    if (document.visibilityState === 'visible' || !('Notification' in window) || Notification.permission !== 'granted') return;
    const name = nameOf(row, now.current.words);
    const shown = new Notification(kind === 'offer' ? now.current.words.t('offerTitle') : name, {
      body: kind === 'offer' ? now.current.words.t('offerFrom', { name }) : text.slice(0, 120),
      tag: row.ContactId,
    });
    shown.onclick = () => {
      window.focus();
      desk.current?.select(row.ContactId);
    };
  }, []);
  desk.current ??= new Desk(session, change, alert);
  useEffect(() => () => desk.current?.stop(), []);
  return { desk: desk.current, version };
}

function Work({ session, words, look, onLook }: { session: Session; words: Words; look: Chosen; onLook(next: Partial<Chosen>): void }) {
  const { desk, version } = useDesk(session, look, words);
  const [view, setView] = useState<View>(viewOf);
  const [palette, setPalette] = useState(false);
  const [menu, setMenu] = useState(false);
  const [password, setPassword] = useState(false);
  const [now, setNow] = useState(Date.now);
  useLayoutEffect(() => {
    // with the desk itself: a view can be gone to as soon as its link is there
    const tick = setInterval(() => setNow(Date.now()), 1_000);
    const route = () => setView(viewOf());
    const back = () => {
      if (document.visibilityState === 'visible' && desk.selected) desk.select(desk.selected);
    };
    addEventListener('hashchange', route);
    document.addEventListener('visibilitychange', back);
    return () => {
      clearInterval(tick);
      removeEventListener('hashchange', route);
      document.removeEventListener('visibilitychange', back);
    };
  }, [desk]);
  useLayoutEffect(() => {
    document.title = `${desk.unread ? `(${desk.unread}) ` : ''}${words.t('desk')} · perch`;
  }, [desk.unread, words]);

  const commands = () => commandsOf(desk, words, look, onLook);
  const latest = useRef(commands);
  latest.current = commands; // asked when a key comes, which finds what is there by then
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
        return;
      }
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const { offers, mine } = SHOWN(desk);
      const number = /^Digit([1-9])$/.exec(event.code)?.[1];
      const run = number
        ? mine[Number(number) - 1] &&
          (() => {
            location.hash = '#/chats';
            desk.select(mine[Number(number) - 1].ContactId);
          })
        : latest.current().find((each) => each.keys === `Alt ${event.code.replace('Key', '')}`)?.run;
      if (!run || (offers.length === 0 && ['KeyA', 'KeyD'].includes(event.code))) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [desk]);

  const go = (to: View, icon: IconName) => (
    <a href={`#/${to}`} class="go" aria-current={view === to ? 'page' : undefined} title={words.t(to)}>
      <Icon name={icon} />
      <span class="unseen">{words.t(to)}</span>
      {to === 'chats' && desk.unread > 0 && <span class="count">{desk.unread}</span>}
    </a>
  );
  return (
    <div class={`desk ${view}${look.side && desk.row(desk.selected) ? ' wide' : ''}`}>
      <nav class="rail" aria-label={words.t('desk')}>
        <Mark />
        {go('chats', 'chat')}
        {go('history', 'history')}
        {session.supervises && go('floor', 'floor')}
        {session.supervises && go('settings', 'settings')}
        <span class="fill" />
        <button
          type="button"
          class="go"
          aria-label={`${words.t('palette')} (Ctrl+K)`}
          title={`${words.t('palette')} (Ctrl+K)`}
          onClick={() => setPalette(true)}
        >
          <Icon name="search" />
        </button>
        <div
          class="me"
          onKeyDown={(event) => {
            if (event.key === 'Escape') setMenu(false);
          }}
        >
          <button
            type="button"
            class="face"
            aria-label={`${words.t('menu')}: ${session.user.DisplayName}`}
            aria-haspopup="true"
            aria-expanded={menu}
            onClick={() => setMenu(!menu)}
          >
            <span aria-hidden="true">{[...session.user.DisplayName][0]?.toUpperCase()}</span>
          </button>
          {menu && (
            <Menu
              session={session}
              desk={desk}
              words={words}
              look={look}
              onLook={onLook}
              onPassword={() => {
                setMenu(false);
                setPassword(true);
              }}
            />
          )}
        </div>
      </nav>
      {view === 'history' ? (
        <History desk={desk} words={words} />
      ) : view === 'floor' && session.supervises ? (
        <Floor desk={desk} words={words} now={now} version={version} />
      ) : view === 'settings' && session.supervises ? (
        <Settings session={session} words={words} />
      ) : (
        <Chats desk={desk} words={words} now={now} look={look} version={version} onLook={onLook} />
      )}
      {password && <NewPassword session={session} words={words} onDone={() => setPassword(false)} />}
      {palette && <Palette words={words} commands={commands()} onDone={() => setPalette(false)} />}
    </div>
  );
}

function Chats({
  desk,
  words,
  now,
  look,
  version,
  onLook,
}: {
  desk: Desk;
  words: Words;
  now: number;
  look: Chosen;
  version: number;
  onLook(next: Partial<Chosen>): void;
}) {
  const { offers } = SHOWN(desk);
  const row = desk.row(desk.selected);
  const [besides, setBesides] = useState(desk.selected); // a frame later than the chat: a task for each
  const beside = row && (desk.row(besides) ?? row);
  useEffect(() => {
    const next = requestAnimationFrame(() => setBesides(desk.selected));
    return () => cancelAnimationFrame(next);
  }, [desk.selected]);
  return (
    <>
      <div class="inbox">
        <StatusPicker desk={desk} words={words} now={now} />
        <Inbox desk={desk} words={words} now={now} />
      </div>
      <div class="middle">
        {!desk.online && desk.ready && (
          <p class="banner" role="status">
            {words.t('away')}
          </p>
        )}
        {desk.notice && (
          <p class="banner error" role="alert">
            <span dir="auto">{desk.notice}</span>
            <button
              type="button"
              class="tool"
              aria-label={words.t('close')}
              onClick={() => {
                desk.notice = '';
                desk.change();
              }}
            >
              <Icon name="close" />
            </button>
          </p>
        )}
        {offers.map((each) => (
          <Offer key={each.ContactId} desk={desk} row={each} words={words} now={now} onLook={() => desk.select(each.ContactId)} />
        ))}
        {row ? (
          <Talk
            key={row.ContactId}
            desk={desk}
            row={row}
            words={words}
            version={version}
            side={look.side}
            onSide={() => onLook({ side: !look.side })}
          />
        ) : (
          <div class="center">
            <Mark />
            {desk.ready ? words.t('noChats') : <span class="spinner" />}
          </div>
        )}
      </div>
      {look.side && beside && <Aside key={beside.ContactId} desk={desk} row={beside} words={words} />}
    </>
  );
}

function commandsOf(desk: Desk, words: Words, look: Chosen, onLook: (next: Partial<Chosen>) => void): Command[] {
  const { offers, mine } = SHOWN(desk);
  const row = desk.row(desk.selected);
  const all: (Command | false | undefined)[] = [
    offers[0] && {
      id: 'accept',
      label: `${words.t('accept')}: ${nameOf(offers[0], words)}`,
      icon: 'check',
      keys: 'Alt A',
      run: () => void desk.accept(offers[0].ContactId),
    },
    offers[0] && {
      id: 'decline',
      label: `${words.t('decline')}: ${nameOf(offers[0], words)}`,
      icon: 'close',
      keys: 'Alt D',
      run: () => void desk.reject(offers[0].ContactId),
    },
    row?.State === 'CONNECTED' && {
      id: 'transfer',
      label: words.t('transfer'),
      icon: 'swap',
      keys: 'Alt T',
      run: () => desk.ask('transfer'),
    },
    row?.State === 'CONNECTED' &&
      desk.chats.get(row.ContactId)?.interactive && {
        id: 'question',
        label: words.t('ask'),
        icon: 'choices',
        keys: 'Alt Q',
        run: () => desk.ask('question'),
      },
    row?.State === 'CONNECTED' && { id: 'end', label: words.t('end'), icon: 'stop', keys: 'Alt E', run: () => desk.ask('end') },
    row &&
      row.State !== 'CONNECTED' &&
      row.State !== 'INCOMING' && {
        id: 'clear',
        label: words.t('clear'),
        icon: 'check',
        keys: 'Alt C',
        run: () => void desk.clear(row.ContactId),
      },
    ...mine.map((each, n): Command => ({
      id: each.ContactId,
      label: words.t('goTo', { name: nameOf(each, words) }),
      icon: 'chat',
      keys: n < 9 ? `Alt ${n + 1}` : undefined,
      run: () => desk.select(each.ContactId),
    })),
    ...(desk.me?.Statuses ?? []).map((each): Command => ({
      id: `status ${each.Name}`,
      label: words.t('setTo', { name: each.Name }),
      icon: 'person',
      run: () => void desk.setStatus(each.Name),
    })),
    ...(['chats', 'history', ...(desk.session.supervises ? ['floor' as const, 'settings' as const] : [])] as const).map(
      (each): Command => ({
        id: each,
        label: words.t('goTo', { name: words.t(each) }),
        icon: each === 'chats' ? 'chat' : each,
        run: () => {
          location.hash = `#/${each}`;
        },
      }),
    ),
    { id: 'side', label: words.t('side'), icon: 'side', keys: 'Alt I', run: () => onLook({ side: !look.side }) },
    { id: 'light', label: `${words.t('theme')}: ${words.t('themeLight')}`, icon: 'eye', run: () => onLook({ theme: 'light' }) },
    { id: 'dark', label: `${words.t('theme')}: ${words.t('themeDark')}`, icon: 'eye', run: () => onLook({ theme: 'dark' }) },
    {
      id: 'out',
      label: words.t('signOut'),
      icon: 'out',
      run: () => {
        desk.drafts.clear();
        void desk.act(() => desk.session.signOut());
      },
    },
  ];
  return all.filter((each): each is Command => !!each);
}

function Menu({
  session,
  desk,
  words,
  look,
  onLook,
  onPassword,
}: {
  session: Session;
  desk: Desk;
  words: Words;
  look: Chosen;
  onLook(next: Partial<Chosen>): void;
  onPassword(): void;
}) {
  const themes: [Chosen['theme'], Key][] = [
    ['', 'themeAuto'],
    ['light', 'themeLight'],
    ['dark', 'themeDark'],
  ];
  return (
    <div class="menu account">
      <p>
        <b dir="auto">{session.user.DisplayName}</b>
        <small>
          {session.user.Username} · {session.user.SecurityProfile}
        </small>
      </p>
      <label class="field">
        <span>{words.t('theme')}</span>
        <select value={look.theme} onChange={(event) => onLook({ theme: event.currentTarget.value as Chosen['theme'] })}>
          {themes.map(([value, key]) => (
            <option key={value} value={value}>
              {words.t(key)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{words.t('language')}</span>
        <select value={look.language} onChange={(event) => onLook({ language: event.currentTarget.value })}>
          <option value="">{words.t('themeAuto')}</option>
          {Object.entries(LANGUAGES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" checked={look.sound} onChange={(event) => onLook({ sound: event.currentTarget.checked })} />
        {words.t('sound')}
      </label>
      <button type="button" class="plain" onClick={onPassword}>
        <Icon name="lock" />
        {words.t('changePassword')}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => {
          desk.drafts.clear();
          void desk.act(() => session.signOut());
        }}
      >
        <Icon name="out" />
        {words.t('signOut')}
      </button>
    </div>
  );
}

render(<App />, document.getElementById('desk')!);
