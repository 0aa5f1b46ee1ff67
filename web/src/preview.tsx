// The widget with a chat that is made up, for whoever decides what it looks like. It asks nobody for anything: the page around it,
// which is the desk and of the same origin, tells it the look.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Chat } from './chat.ts';
import { Composer } from './composer.tsx';
import { Head, type Choice } from './head.tsx';
import { Message, eventText, type Shown as Around } from './item.tsx';
import { applyStyles, type Look } from './look.ts';
import { PreChat } from './panels.tsx';
import { wordsOf, type Words } from './texts.ts';
import { CONTENT, type Item } from './wire.ts';
import './widget.css';

export interface Shown {
  look: Look;
  form: boolean;
}

const LABEL = 'perch-preview';
const AGENT = { ParticipantId: 'agent', ParticipantRole: 'AGENT', DisplayName: 'Ana', ContactId: 'preview' };
const CUSTOMER = { ParticipantId: 'customer', ParticipantRole: 'CUSTOMER', DisplayName: 'Ada', ContactId: 'preview' };

function chatIn(words: Words, greeting: string): Item[] {
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const one = (Id: string, ago: number, more: object) => ({ Id, AbsoluteTime: at(ago), ...more }) as Item;
  return [
    one('joined', 90, { ...AGENT, Type: 'EVENT', ContentType: CONTENT.joined }),
    one('greets', 80, { ...AGENT, Type: 'MESSAGE', ContentType: CONTENT.plain, Content: greeting }),
    one('asks', 60, { ...CUSTOMER, Type: 'MESSAGE', ContentType: CONTENT.plain, Content: words.t('sample') }),
    one('answers', 20, { ...AGENT, Type: 'MESSAGE', ContentType: CONTENT.markdown, Content: words.t('sampleAnswer') }),
  ];
}

/** As much of a chat as rows and the composer ask for; nothing that is said in it goes anywhere. */
const made = {
  features: { ATTACHMENTS: true, MESSAGING_MARKDOWN: true },
  timeline: { receiptOf: () => ({ ReadTimestamp: 'read' }) },
  state: 'open',
  say() {},
  writes() {},
  uploads: { add() {} },
} as unknown as Chat;

function Chatting({ words, greeting }: { words: Words; greeting: string }) {
  const [draft, setDraft] = useState('');
  const around: Around = { chat: made, words, custom: {}, newest: 'asks', overlays: new Map(), answer() {} };
  return (
    <>
      <div class="listbox">
        <div class="list" tabIndex={0} role="log" aria-label={words.t('timeline')}>
          <div class="day">
            <span>{words.t('today')}</span>
          </div>
          {chatIn(words, greeting).map((item) =>
            item.Type === 'EVENT' ? (
              <div key={item.Id} class="event" dir="auto">
                {eventText(item, around)}
              </div>
            ) : (
              <Message key={item.Id} item={item} grouped={false} {...around} />
            ),
          )}
        </div>
      </div>
      <Composer chat={made} words={words} custom={{}} markdown draft={draft} onDraft={setDraft} />
    </>
  );
}

function Preview() {
  const [{ look, form }, setShown] = useState<Shown>({ look: {}, form: false });
  const words = wordsOf(look.language, {});
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (event.source !== window.parent || event.origin !== location.origin || event.data?.label !== LABEL) return;
      setShown({ look: event.data.look, form: event.data.form });
    };
    addEventListener('message', hear);
    window.parent.postMessage({ label: LABEL }, location.origin);
    return () => removeEventListener('message', hear);
  }, []);
  useEffect(() => {
    const root = document.documentElement;
    root.lang = words.tag;
    root.dir = words.rtl ? 'rtl' : 'ltr';
    root.style.cssText = '';
    delete root.dataset.theme;
    applyStyles(look, undefined);
  }, [look]);
  const greeting = look.greeting || words.t('greeting');
  const choices: Choice[] = [words.t('download'), words.t('end')].map((text) => ({ text, run() {} }));
  return (
    <div class="widget">
      <Head
        title={look.title || words.t('title')}
        logo={look.logo}
        subtitle={form ? '' : words.t('with', { name: AGENT.DisplayName })}
        dot={form ? '' : 'on'}
        words={words}
        choices={form ? [] : choices}
        out={{ icon: 'down', text: words.t('minimise'), run() {} }}
      />
      {form ? (
        <PreChat words={words} greeting={greeting} draft="" onDraft={() => {}} onStart={() => {}} />
      ) : (
        <Chatting words={words} greeting={greeting} />
      )}
    </div>
  );
}

render(<Preview />, document.getElementById('chat')!);
