// Beside a widget's form: the widget itself as it would look, what goes into a page, and what signs on a server.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import type { Shown } from '../../preview.tsx';
import { Copy } from './copy.tsx';
import type { Values } from './kind.ts';

const LABEL = 'perch-preview';

function lookOf(v: Values): Shown['look'] {
  const said = (name: string) => String(v[name] ?? '') || undefined;
  const colour = (name: string) => (/^#[0-9a-f]{6}$/i.test(String(v[name])) ? String(v[name]) : undefined);
  return {
    title: said('Title'),
    greeting: said('Greeting'),
    color: colour('Color'),
    textColor: colour('TextColor'),
    theme: said('Theme'),
    language: said('Language'),
    logo: said('Logo'),
  };
}

/** The widget's own frame with a chat that is made up, told what to look like with each key. */
function Preview({ words, values }: { words: Words; values: Values }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [form, setForm] = useState(!!values.PreChat);
  const latest = useRef<Shown>({ look: {}, form });
  latest.current = { look: lookOf(values), form: form && !!values.PreChat };
  const tell = () => frame.current?.contentWindow?.postMessage({ label: LABEL, ...latest.current }, location.origin);
  useEffect(() => {
    const ready = (event: MessageEvent) => {
      if (event.source === frame.current?.contentWindow && event.data?.label === LABEL) tell();
    };
    addEventListener('message', ready);
    return () => removeEventListener('message', ready);
  }, []);
  useEffect(() => setForm(!!values.PreChat), [values.PreChat]);
  useEffect(() => void tell(), [values, form]);
  const { color = '#1f5f4a', textColor = '#ffffff' } = latest.current.look;
  return (
    <section class="lookbox" aria-label={words.t('preview')}>
      <header>
        <h3>{words.t('preview')}</h3>
        {!!values.PreChat && (
          <div class="switch" role="group" aria-label={words.t('preview')}>
            <button type="button" aria-pressed={form} onClick={() => setForm(true)}>
              {words.t('previewForm')}
            </button>
            <button type="button" aria-pressed={!form} onClick={() => setForm(false)}>
              {words.t('previewChat')}
            </button>
          </div>
        )}
      </header>
      <div class="stage">
        <iframe ref={frame} src="/widget/preview/frame" title={words.t('preview')} />
        <span class="launch" style={{ background: color, color: textColor }}>
          <Icon name="chat" />
        </span>
      </div>
    </section>
  );
}

type Snippets = Record<'Page' | 'Node' | 'Python' | 'Go', string>;

function Snippet({ session, words, id, saved }: { session: Session; words: Words; id: string; saved: Values }) {
  const [found, setFound] = useState<Snippets | null>(null);
  const [chosen, setChosen] = useState<keyof Snippets>('Page');
  useEffect(() => {
    session.call<Snippets>('GET', `/agent/widgets/${id}/snippets`).then(setFound, () => {});
  }, [id, saved]);
  if (!found) return null;
  const names: (keyof Snippets)[] = saved.Signed ? ['Page', 'Node', 'Python', 'Go'] : ['Page'];
  const shown = names.includes(chosen) ? chosen : 'Page';
  return (
    <section class="snippet" aria-label={words.t('snippet')}>
      <header>
        <h3>{words.t('snippet')}</h3>
        <Copy words={words} name={words.t('snippet')} text={found[shown]} />
      </header>
      <div class="switch" role="group" aria-label={words.t('snippet')}>
        {names.map((each) => (
          <button key={each} type="button" aria-pressed={shown === each} onClick={() => setChosen(each)}>
            {each === 'Page' ? words.t('page') : each}
          </button>
        ))}
      </div>
      <p class="soft">{words.t(shown === 'Page' ? 'pageHelp' : 'signHelp')}</p>
      <pre tabIndex={0} dir="ltr" class={shown}>
        {found[shown]}
      </pre>
    </section>
  );
}

/** When the keys that are valid were made. */
function Keys({ words, values }: { words: Words; values: Values }) {
  const made = (values.SecurityKeys as { CreatedTimestamp: string }[] | undefined) ?? [];
  if (!values.Signed) return null;
  return (
    <section class="keys" aria-label={words.t('securityKeys')}>
      <h3>{words.t('securityKeys')}</h3>
      {made.length === 0 ? (
        <p class="soft">{words.t('noKeys')}</p>
      ) : (
        <ul class="tags">
          {made.map(({ CreatedTimestamp: at }, n) => (
            <li key={n}>{words.t('keyOf', { time: `${words.date(at)} ${words.clock(at)}` })}</li>
          ))}
        </ul>
      )}
      <p class="soft">{words.t('keysHelp')}</p>
    </section>
  );
}

export function BesideWidget({
  session,
  words,
  id,
  values,
  saved,
}: {
  session: Session;
  words: Words;
  id: string;
  values: Values;
  saved: Values;
}) {
  return (
    <div class="beside">
      <Preview words={words} values={values} />
      {id && (
        <>
          <Keys words={words} values={saved} />
          <Snippet session={session} words={words} id={id} saved={saved} />
          {!saved.Signed && (
            <a class="plain" target="_blank" rel="noreferrer" href={`/demo?widget=${encodeURIComponent(id)}`}>
              {words.t('tryIt')}
            </a>
          )}
        </>
      )}
    </div>
  );
}
