// Setting an instance up: a list of each kind, and a form for one.

import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Key, Words } from '../texts.ts';
import { FieldOf } from './fields.tsx';
import { Flows } from './flows.tsx';
import { KINDS, SHOWN, type Kind, type Listed, type Values } from './kinds.ts';

const tell = (error: unknown) => (error instanceof Error ? error.message : String(error));

function Form({ session, words, kind, id, onDone }: { session: Session; words: Words; kind: Kind; id: string; onDone(saved?: string): void }) {
  const [before, setBefore] = useState<Values | null>(id ? null : kind.fresh);
  const [values, setValues] = useState<Values>(kind.fresh);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  useEffect(() => { if (id) kind.read(session, id).then((found) => { setBefore(found); setValues(found); }, (reason) => setError(tell(reason))); }, [id]);
  const run = async (what: () => Promise<string | void>) => {
    setBusy(true);
    setError('');
    try { onDone((await what()) || id); } catch (reason) { setError(tell(reason)); setBusy(false); }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => (id ? kind.save(session, id, values, before!) : kind.create(session, values)));
  };
  const asked = kind.fields.filter((field) => (!field.onlyNew || !id) && (!field.onlyIf || field.onlyIf(values)));
  return (
    <form class="setting" onSubmit={submit}>
      <header><h2 dir="auto">{id ? String(values.Name ?? values.Username ?? values.Code ?? values.Shortcut ?? '') : words.t('newOne')}</h2><button type="button" class="tool" aria-label={words.t('close')} onClick={() => onDone()}><Icon name="close" /></button></header>
      {error && <p class="error" role="alert" dir="auto">{error}</p>}
      {before ? asked.map((field) => <FieldOf key={field.name} session={session} words={words} field={field} values={values} onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))} />) : !error && <span class="spinner" role="status" aria-label={words.t('loading')} />}
      {before && <footer class="answers">
        {id && kind.remove && <button type="button" class="plain danger" onClick={() => setDeleting(true)}>{words.t('delete')}</button>}<span class="fill" />
        <button type="button" class="plain" onClick={() => onDone()}>{words.t('cancel')}</button><button type="submit" class="main" disabled={busy}>{words.t('save')}</button>
      </footer>}
      {deleting && <Dialog title={words.t('deleteSure', { name: String(values.Name ?? values.Username ?? '') })} text={words.t('deleteText')} yes={words.t('delete')} no={words.t('cancel')} danger
        onYes={() => { setDeleting(false); void run(() => kind.remove!(session, id)); }} onNo={() => setDeleting(false)} />}
    </form>
  );
}

function Kindly({ session, words, name }: { session: Session; words: Words; name: typeof SHOWN[number] }) {
  const kind: Kind = KINDS[name];
  const [found, setFound] = useState<Listed[] | null>(null);
  const [error, setError] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [asked, setAsked] = useState('');
  const load = () => kind.list(session).then((all) => { setFound(all); setError(''); }, (reason) => setError(tell(reason)));
  useEffect(() => { void load(); }, []);
  const shown = (found ?? []).filter((each) => `${each.name} ${each.more ?? ''}`.toLowerCase().includes(asked.toLowerCase()));
  return (
    <>
      <section class="listed" aria-label={words.t(name)}>
        <header><h1>{words.t(name)}</h1><button type="button" class="main" onClick={() => setOpen('')}><Icon name="plus" />{words.t('newOne')}</button></header>
        <input type="search" class="find" value={asked} placeholder={words.t('search')} aria-label={words.t('search')} onInput={(event) => setAsked(event.currentTarget.value)} />
        {error && <p class="error" role="alert">{error} <button type="button" class="plain" onClick={() => void load()}>{words.t('again')}</button></p>}
        <ul>{shown.map((each) => <li key={each.id}><button type="button" aria-current={open === each.id ? 'true' : undefined} onClick={() => setOpen(each.id)}><b dir="auto">{each.name}</b>{each.more && <small dir="auto">{each.more}</small>}</button></li>)}</ul>
        {found && shown.length === 0 && <p class="soft">{words.t('nothing')}</p>}
      </section>
      <div class="detail">{open !== null && <Form key={open} session={session} words={words} kind={kind} id={open} onDone={() => { setOpen(null); void load(); }} />}</div>
    </>
  );
}

export function Settings({ session, words }: { session: Session; words: Words }) {
  const at = () => /^#\/settings\/(\w+)/.exec(location.hash)?.[1] ?? 'queues';
  const [name, setName] = useState(at);
  useEffect(() => {
    const route = () => setName(at());
    addEventListener('hashchange', route);
    return () => removeEventListener('hashchange', route);
  }, []);
  const known = SHOWN.find((each) => each === name);
  return (
    <main class="settings">
      <nav aria-label={words.t('settings')}>{[...SHOWN, 'flows' as const].map((each) => <a key={each} href={`#/settings/${each}`} aria-current={each === name ? 'page' : undefined}>{words.t(each as Key)}</a>)}</nav>
      {known ? <Kindly key={known} session={session} words={words} name={known} /> : <Flows session={session} words={words} />}
    </main>
  );
}
