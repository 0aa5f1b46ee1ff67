// Setting an instance up: a list of each kind, and a form for one.

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Dialog, Modal } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Key, Words } from '../texts.ts';
import { Copy } from './copy.tsx';
import { FieldOf } from './fields.tsx';
import { Flows } from './flows.tsx';
import type { Act, Kind, Listed, Once, Values } from './kind.ts';
import { GROUPS, KINDS, SECRET, type KindName } from './kinds.ts';

const tell = (error: unknown) => (error instanceof Error ? error.message : String(error));
const nameOf = (values: Values) => String(values.Name || values.Username || values.Code || values.Shortcut || '');

/** What is told this once: it must be taken away before the window is closed. */
function Told({ words, once, onDone }: { words: Words; once: Once; onDone(): void }) {
  return (
    <Modal label={words.t('once')} onClose={onDone} kind="once">
      <h2>{words.t('once')}</h2>
      <p>{words.t('onceText')}</p>
      {once.map(([key, value]) => (
        <div key={key} class="secret">
          <span>{words.t(key)}</span>
          <code dir="ltr">{value}</code>
          <Copy words={words} name={words.t(key)} text={value} />
        </div>
      ))}
      <div class="answers">
        <button type="button" class="main" onClick={onDone}>
          {words.t('onceDone')}
        </button>
      </div>
    </Modal>
  );
}

interface Opened {
  session: Session;
  words: Words;
  kind: Kind;
  id: string;
  onDone(): void;
  onSaved(id: string): void;
}

/** One setting's values, and what is done with them. */
function useSetting({ session, words, kind, id, onDone, onSaved }: Opened) {
  const [before, setBefore] = useState<Values | null>(id ? null : kind.fresh);
  const [values, setValues] = useState<Values>(kind.fresh);
  const [error, setError] = useState('');
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const [once, setOnce] = useState<{ once: Once; then(): void } | null>(null);
  const load = () =>
    kind.read(session, id).then(
      (found) => {
        setBefore(found);
        setValues((now) => (now === values ? found : now)); // what has been typed since stays
      },
      (reason) => setError(tell(reason)),
    );
  useEffect(() => {
    if (id) void load();
  }, [id]);
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setError('');
    setSaid('');
    try {
      await what();
    } catch (reason) {
      setError(tell(reason));
    }
    setBusy(false);
  };
  const submit = () =>
    run(async () => {
      if (id) {
        await kind.save!(session, id, values, before!);
        await load();
        setSaid(words.t('saved'));
        onSaved(id);
        return;
      }
      const made = await kind.create!(session, values);
      const of = typeof made === 'string' ? { id: made } : made;
      if (of.once) setOnce({ once: of.once, then: () => onSaved(of.id) });
      else onSaved(of.id);
    });
  const act = (one: Act) =>
    run(async () => {
      const done = await one.run(session, id);
      if (done.said) setSaid(words.t(done.said));
      if (done.once) setOnce({ once: done.once, then: () => setOnce(null) });
      await load();
    });
  const remove = () =>
    run(async () => {
      await kind.remove!(session, id);
      onDone();
    });
  const change = (name: string, value: unknown) => setValues((old) => ({ ...old, [name]: value }));
  return { before, values, error, said, busy, once, change, submit, act, remove };
}

interface Sure {
  title: string;
  text: string;
  yes: string;
  run(): void;
}

function Form(props: Opened) {
  const { session, words, kind, id, onDone } = props;
  const { before, values, error, said, busy, once, change, submit, act, remove } = useSetting(props);
  const [sure, setSure] = useState<Sure | null>(null);
  const locked = !session.administers || (!!id && !!before && !!kind.locked?.(before));
  const fixed = locked || (!!id && !kind.save);
  const asked = kind.fields.filter((field) => (!field.onlyNew || !id) && (!field.onlyOld || id) && (!field.onlyIf || field.onlyIf(values)));
  const acts = !id || locked ? [] : (kind.acts ?? []).filter((each) => !each.onlyIf || each.onlyIf(values));
  const deleting = (): Sure => ({
    title: words.t('deleteSure', { name: nameOf(values) }),
    text: words.t('deleteText'),
    yes: words.t('delete'),
    run: () => void remove(),
  });
  const ask = (each: Act) =>
    each.sure
      ? setSure({ title: words.t(each.label), text: words.t(each.sure), yes: words.t(each.label), run: () => void act(each) })
      : void act(each);
  return (
    <div class={kind.Beside ? 'pairwise' : ''}>
      <form
        class="setting"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <h2 dir="auto">{id ? nameOf(values) : words.t('newOne')}</h2>
          <button type="button" class="tool" aria-label={words.t('close')} onClick={onDone}>
            <Icon name="close" />
          </button>
        </header>
        {error && (
          <p class="error" role="alert" dir="auto">
            {error}
          </p>
        )}
        {said && (
          <p class="banner" role="status">
            {said}
          </p>
        )}
        {!before && !error && <span class="spinner" role="status" aria-label={words.t('loading')} />}
        {before && (
          <>
            {id && session.administers && kind.locked?.(before) && <p class="soft">{words.t('locked')}</p>}
            <fieldset class="asked" disabled={fixed}>
              {asked.map((field) => (
                <FieldOf
                  key={field.name}
                  session={session}
                  words={words}
                  field={field}
                  values={values}
                  onChange={(value) => change(field.name, value)}
                />
              ))}
            </fieldset>
            {acts.length > 0 && (
              <div class="acts">
                {acts.map((each) => (
                  <button key={each.label} type="button" class="plain" disabled={busy} onClick={() => ask(each)}>
                    {words.t(each.label)}
                  </button>
                ))}
              </div>
            )}
            {session.administers && (
              <footer class="answers">
                {id && kind.remove && !locked && (
                  <button type="button" class="plain danger" onClick={() => setSure(deleting())}>
                    {words.t('delete')}
                  </button>
                )}
                <span class="fill" />
                <button type="button" class="plain" onClick={onDone}>
                  {words.t(fixed ? 'close' : 'cancel')}
                </button>
                {!fixed && (
                  <button type="submit" class="main" disabled={busy}>
                    {words.t('save')}
                  </button>
                )}
              </footer>
            )}
          </>
        )}
        {sure && (
          <Dialog
            title={sure.title}
            text={sure.text}
            yes={sure.yes}
            no={words.t('cancel')}
            danger
            onYes={() => {
              setSure(null);
              sure.run();
            }}
            onNo={() => setSure(null)}
          />
        )}
        {once && <Told words={words} once={once.once} onDone={once.then} />}
      </form>
      {kind.Beside && before && <kind.Beside session={session} words={words} id={id} values={values} saved={before} />}
    </div>
  );
}

function Kindly({ session, words, name }: { session: Session; words: Words; name: KindName }) {
  const kind: Kind = KINDS[name];
  const [found, setFound] = useState<Listed[] | null>(null);
  const [error, setError] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [asked, setAsked] = useState('');
  const load = () =>
    kind.list(session).then(
      (all) => {
        setFound(all);
        setError('');
      },
      (reason) => setError(tell(reason)),
    );
  useEffect(() => {
    void load();
  }, []);
  const show = (id: string | null) => {
    setOpen(id);
    void load();
  };
  const shown = (found ?? []).filter((each) => `${each.name} ${each.more ?? ''}`.toLowerCase().includes(asked.toLowerCase()));
  const search = { type: 'search', class: 'find', placeholder: words.t('search'), 'aria-label': words.t('search') } as const;
  return (
    <>
      <section class="listed" aria-label={words.t(name)}>
        <header>
          <h1>{words.t(name)}</h1>
          {session.administers && (
            <button type="button" class="main" onClick={() => setOpen('')}>
              <Icon name="plus" />
              {words.t('newOne')}
            </button>
          )}
        </header>
        <p class="soft about">{words.t(`about.${name}` as Key)}</p>
        <input {...search} value={asked} onInput={(event) => setAsked(event.currentTarget.value)} />
        {error && (
          <p class="error" role="alert">
            {error}{' '}
            <button type="button" class="plain" onClick={() => void load()}>
              {words.t('again')}
            </button>
          </p>
        )}
        <ul>
          {shown.map((each) => (
            <li key={each.id}>
              <button type="button" aria-current={open === each.id ? 'true' : undefined} onClick={() => setOpen(each.id)}>
                <b dir="auto">{each.name}</b>
                {each.more && <small dir="auto">{each.more}</small>}
              </button>
            </li>
          ))}
        </ul>
        {found && shown.length === 0 && <p class="soft">{words.t('nothing')}</p>}
      </section>
      <div class="detail">
        {open !== null && (
          <Form
            key={open}
            session={session}
            words={words}
            kind={kind}
            id={open}
            onDone={() => show(null)}
            onSaved={(id) => show(kind.Beside ? id : null)}
          />
        )}
      </div>
    </>
  );
}

export function Settings({ session, words }: { session: Session; words: Words }) {
  const at = () => /^#\/settings\/(\w+)/.exec(location.hash)?.[1] ?? 'queues';
  const [name, setName] = useState(at);
  useLayoutEffect(() => {
    const route = () => setName(at());
    addEventListener('hashchange', route);
    return () => removeEventListener('hashchange', route);
  }, []);
  const mine = (each: KindName) => session.administers || !SECRET.includes(each);
  const known = GROUPS.flatMap<KindName>(([, names]) => [...names]).find((each) => each === name && mine(each)) ?? 'queues';
  return (
    <main class="settings">
      <nav aria-label={words.t('settings')}>
        {GROUPS.map(([group, names]) => (
          <div key={group} role="group" aria-label={words.t(group)}>
            <h2>{words.t(group)}</h2>
            {names.filter(mine).map((each) => (
              <a key={each} href={`#/settings/${each}`} aria-current={each === known ? 'page' : undefined}>
                {words.t(each)}
              </a>
            ))}
          </div>
        ))}
      </nav>
      {known === 'flows' ? <Flows session={session} words={words} /> : <Kindly key={known} session={session} words={words} name={known} />}
    </main>
  );
}
