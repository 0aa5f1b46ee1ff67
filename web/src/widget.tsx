// The widget in its frame.

import { render } from 'preact';
import { useLayoutEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { Composer } from './composer.tsx';
import { Head, type Choice } from './head.tsx';
import type { Shown } from './item.tsx';
import { List } from './list.tsx';
import { applyStyles } from './look.ts';
import { Confirm, Panel, PreChat } from './panels.tsx';
import { Person, type Config } from './person.ts';
import { chime } from './sound.ts';
import { wordsOf, type Words } from './texts.ts';
import { CONTENT } from './wire.ts';
import './widget.css';

const config = JSON.parse(document.body.dataset.config!) as Config;
const screen = { change: () => {}, title: (count: number) => `(${count})`, chime };
const person = new Person(config, { change: () => screen.change(), title: (count) => screen.title(count), chime });

function App() {
  const [version, redraw] = useReducer((n: number) => n + 1, 0);
  const [ending, setEnding] = useState(false);
  const { settings, phase, chat } = person;
  const custom = settings?.customizationObject ?? {};
  const words = useMemo(() => wordsOf(settings?.language ?? config.look.language, {}), [settings?.language]);
  screen.change = () => redraw(undefined as never);
  screen.title = (count) => `(${count}) ${words.t('newMessages')}`;

  useLayoutEffect(() => {
    // before anything is painted in the other direction
    document.documentElement.lang = words.tag;
    document.documentElement.dir = words.rtl ? 'rtl' : 'ltr';
    document.title = words.t('title');
    applyStyles(config.look, settings?.customStyles);
  }, [words, settings?.customStyles]);

  const over = phase === 'chat' && chat?.state === 'ended';
  const newest = chat?.timeline.items.findLast((item) => item.ParticipantRole === 'CUSTOMER' && item.Type !== 'EVENT')?.Id ?? '';
  const view: Shown | null = chat && {
    chat,
    words,
    custom,
    newest,
    overlays: person.overlays,
    answer: (text, type) => chat.say(text, type),
  };
  const end = () => {
    setEnding(false);
    void person.end().then(() => {
      if (custom.footer?.skipCloseChatButton) person.close();
    });
  };
  const agent = custom.transcript?.eventNames?.agent ?? chat?.agent ?? '';
  const named = !!custom.header?.dynamicHeader && !!chat?.agent && !over; // the title says who is there
  const endable = !over && (!custom.footer?.disabled || !!custom.header?.dropdown); // the footer's button is in the menu here
  // A page that starts its chats itself says what they can do, and what it does not say they cannot.
  const markdown = settings?.startsItself
    ? !!chat?.features.MESSAGING_MARKDOWN
    : !!settings?.supportedMessagingContentTypes?.includes(CONTENT.markdown);
  const choices: Choice[] = !chat
    ? []
    : [
        ...(custom.header?.hideTranscriptDownloadButton
          ? []
          : [{ text: words.t('download'), run: () => void chat.transcript().catch(() => {}) }]),
        {
          text: words.t(person.sound ? 'soundOff' : 'soundOn'),
          run: () => {
            person.sound = !person.sound;
            screen.change();
          },
        },
        ...(!endable
          ? []
          : [
              {
                text: words.t('end'),
                danger: true,
                run: () => (config.look.confirmEnd || custom.endChat?.enableConfirmationDialog ? setEnding(true) : end()),
              },
            ]),
      ];
  const out =
    !over && (person.inert || settings?.displayType === 'WEBVIEW')
      ? undefined
      : over
        ? { icon: 'close' as const, text: words.t('close'), run: () => person.close() }
        : { icon: 'down' as const, text: words.t('minimise'), run: () => person.minimise() };
  const dialog = custom.endChat?.confirmationDialogText;

  return (
    <div
      class="widget"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !ending && !person.inert) person.minimise();
      }}
    >
      <Head
        logo={config.look.logo}
        title={named ? words.t('with', { name: agent }) : config.look.title || words.t('title')}
        hidden={settings?.ownHeader}
        subtitle={named ? '' : status(words, agent)}
        dot={!chat || phase !== 'chat' || over ? '' : chat.state === 'open' ? 'on' : 'off'}
        words={words}
        choices={choices}
        out={out}
      />
      {phase === 'chat' && chat?.state === 'away' && (
        <p class="banner" role="alert">
          {words.t('away')}
        </p>
      )}
      {!config.open && phase !== 'chat' && (
        <p class="banner calm" role="status">
          {words.t('offline')}
        </p>
      )}
      {phase === 'chat' && view && <List key={view.chat.started.ContactId} shown={view} version={version} onSeen={() => person.look()} />}
      {(phase === 'starting' || phase === 'idle') && (
        <div class="center" role="status">
          <span class="spinner" />
          {words.t('starting')}
        </div>
      )}
      {phase === 'failed' && (
        <Panel alert text={words.t('failed')} more={person.error}>
          <button type="button" class="main" onClick={() => void person.again()}>
            {words.t('again')}
          </button>
        </Panel>
      )}
      {phase === 'choose' && (
        <Panel text={words.t('choose')}>
          <Again words={words} />
        </Panel>
      )}
      {phase === 'form' && (
        <PreChat
          words={words}
          greeting={config.look.greeting || words.t('greeting')}
          draft={person.draft}
          onDraft={(text) => {
            person.draft = text;
          }}
          onStart={(name, message) => void person.start(config.look.askContinue ? 'ask' : '', { name, message })}
        />
      )}
      {phase === 'chat' && chat && !over && (
        <Composer
          chat={chat}
          words={words}
          custom={custom}
          markdown={markdown}
          draft={person.draft}
          onDraft={(text) => {
            person.draft = text;
          }}
        />
      )}
      {over && !person.inert && (
        <footer class="after">
          <Again words={words} />
        </footer>
      )}
      {ending && (
        <Confirm
          title={dialog?.title ?? words.t('endSure')}
          text={dialog?.message ?? words.t('endText')}
          yes={dialog?.confirmButtonText ?? words.t('end')}
          no={dialog?.cancelButtonText ?? words.t('cancel')}
          onYes={end}
          onNo={() => setEnding(false)}
        />
      )}
    </div>
  );
}

/** What stands under the title: how it is with the chat. */
function status(words: Words, agent: string): string {
  const { chat, phase } = person;
  if (phase !== 'chat' || !chat) return '';
  if (chat.state === 'ended') return words.t('ended');
  if (chat.state === 'connecting') return words.t('connecting');
  if (chat.agent) return words.t('with', { name: agent });
  return chat.position ? words.t(chat.position === 1 ? 'next' : 'place', { n: chat.position }) : words.t('waiting');
}

/** The two ways on from a chat that has ended. */
function Again({ words }: { words: Words }) {
  const goes = person.hasLast || !!person.settings?.authenticates;
  return (
    <>
      {goes && (
        <button type="button" class="main" onClick={() => void person.start('continue')}>
          {words.t('continue')}
        </button>
      )}
      <button type="button" class={goes ? 'plain' : 'main'} onClick={() => void person.start('new')}>
        {words.t('anew')}
      </button>
    </>
  );
}

render(<App />, document.getElementById('chat')!);
