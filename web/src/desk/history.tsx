// Past chats, found by words, customer, contact, agent, queue, days and tags; what was found is read beside.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ContactRecord, Desk } from './desk.ts';
import { InFlow } from './in-flow.tsx';
import { mark } from './marks.ts';
import { Read } from './read.tsx';
import { via } from './rows.tsx';
import type { Key, Words } from './texts.ts';

interface Fragment {
  Text: string;
  Marked: boolean;
}
interface FoundItem {
  Id: string;
  AbsoluteTime: string;
  ParticipantRole: string;
  DisplayName?: string;
  Fragments: Fragment[];
}
interface Found {
  Contact: ContactRecord;
  Items: FoundItem[];
}
type Asked = { [name: string]: string };

const PAGE = 30;

const TEXTS: [string, Key][] = [
  ['words', 'words'],
  ['customer', 'customer'],
  ['contactId', 'contactId'],
  ['tag', 'tagFind'],
];

/** The parameters of the search. Days are this person's days. */
function query(asked: Asked, next: string): string {
  const days: Asked = {
    from: asked.from ? new Date(`${asked.from}T00:00`).toISOString() : '',
    till: asked.till ? new Date(new Date(`${asked.till}T00:00`).getTime() + 86_400_000).toISOString() : '',
  };
  const all = Object.entries({ ...asked, ...days, maxResults: String(PAGE), nextToken: next }).filter(([, value]) => value.trim());
  return new URLSearchParams(all.map(([name, value]) => [name, value.trim()])).toString();
}

function Result({ found, chosen, words, onOpen }: { found: Found; chosen: boolean; words: Words; onOpen(): void }) {
  const { Contact: one, Items } = found;
  const at = one.DisconnectTimestamp ?? one.InitiationTimestamp;
  return (
    <li>
      <button type="button" aria-current={chosen ? 'true' : undefined} onClick={onOpen}>
        <span class="first">
          <b dir="auto">{one.CustomerDisplayName || words.t('customer')}</b>
          <time dateTime={at}>
            {words.date(at)} {words.clock(at)}
          </time>
        </span>
        <small dir="auto">
          {[
            one.Agent?.DisplayName ?? via(one.InitiationMethod, words),
            one.Queue?.Name,
            one.Disposition?.Code,
            ...Object.entries(one.Tags)
              .filter(([name]) => !name.startsWith('aws:'))
              .map(([name, value]) => `${name}: ${value}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
        {Items.map((item) => (
          <span key={item.Id} class="fragment" dir="auto">
            {item.Fragments.map((each, n) => (each.Marked ? <mark key={n}>{each.Text}</mark> : each.Text))}
          </span>
        ))}
      </button>
    </li>
  );
}

export function History({ desk, words }: { desk: Desk; words: Words }) {
  const [asked, setAsked] = useState<Asked>({});
  const [found, setFound] = useState<Found[]>([]);
  const [next, setNext] = useState('');
  const [state, setState] = useState<'' | 'busy' | 'done'>('');
  const [error, setError] = useState('');
  const [open, setOpen] = useState('');
  const turn = useRef(0);
  const read = useRef<HTMLDivElement>(null);
  const look = async (more: boolean, unasked = false) => {
    turn.current += 1;
    const mine = turn.current;
    if (!unasked) {
      setState('busy');
      setError('');
    }
    try {
      const page = await desk.session.call<{ Contacts: Found[]; NextToken?: string }>(
        'GET',
        `/agent/search?${query(asked, more ? next : '')}`,
      );
      if (mine !== turn.current) return; // something else was asked meanwhile
      setFound(more ? [...found, ...page.Contacts] : page.Contacts);
      setNext(page.NextToken ?? '');
    } catch (reason) {
      if (mine === turn.current && !unasked) setError(reason instanceof Error ? reason.message : String(reason));
    }
    if (mine === turn.current) setState('done');
  };
  useEffect(() => {
    // typing is not waited for longer than it takes to type on
    const timer = setTimeout(() => void look(false), Object.keys(asked).length ? 250 : 0);
    return () => clearTimeout(timer);
  }, [asked]);
  useEffect(() => {
    // the list of all has what ended while one came here, too
    if (Object.values(asked).some(Boolean) || found.length > PAGE) return;
    const shown = found.map((each) => each.Contact.ContactId);
    const timer = setInterval(() => state === 'done' && desk.awaits(shown) && void look(false, true), 1_000);
    return () => clearInterval(timer);
  }, [asked, found, state]);
  useEffect(() => mark(read.current, asked.words ?? ''), [open, asked.words]);
  const put = (name: string) => (event: { currentTarget: { value: string } }) =>
    setAsked((old) => ({ ...old, [name]: event.currentTarget.value }));
  return (
    <main class="history" aria-label={words.t('history')}>
      <section class="listed">
        <h1>{words.t('history')}</h1>
        <form
          class="search"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            void look(false);
          }}
        >
          {TEXTS.map(([name, key], n) => (
            <label key={name} class={`field${n ? '' : ' long'}`}>
              <span>{words.t(key)}</span>
              <input
                type="search"
                value={asked[name] ?? ''}
                placeholder={name === 'tag' ? words.t('tagHint') : ''}
                dir="auto"
                autofocus={n === 0}
                onInput={put(name)}
              />
            </label>
          ))}
          <label class="field">
            <span>{words.t('queue')}</span>
            <select value={asked.queueId ?? ''} onChange={put('queueId')}>
              <option value="">{words.t('any')}</option>
              {(desk.me?.RoutingProfile.Queues ?? []).map((each) => (
                <option key={each.Id} value={each.Id}>
                  {each.Name}
                </option>
              ))}
            </select>
          </label>
          {desk.session.supervises && <Agents desk={desk} words={words} value={asked.agentId ?? ''} onChange={put('agentId')} />}
          <label class="field">
            <span>{words.t('fromDay')}</span>
            <input type="date" value={asked.from ?? ''} onInput={put('from')} />
          </label>
          <label class="field">
            <span>{words.t('tillDay')}</span>
            <input type="date" value={asked.till ?? ''} onInput={put('till')} />
          </label>
          <button type="submit" hidden /> {/* without one Enter does nothing in a form of several fields */}
        </form>
        {error && (
          <p class="error" role="alert" dir="auto">
            {error}
          </p>
        )}
        <p class="unseen" role="status">
          {state === 'busy' ? words.t('loading') : words.t('foundSome', { n: found.length })}
        </p>
        <ul>
          {found.map((each) => (
            <Result
              key={each.Contact.ContactId}
              found={each}
              chosen={open === each.Contact.ContactId}
              words={words}
              onOpen={() => setOpen(each.Contact.ContactId)}
            />
          ))}
        </ul>
        {state === 'done' && found.length === 0 && !error && <p class="soft">{words.t('nothing')}</p>}
        {next && (
          <button type="button" class="plain" disabled={state === 'busy'} onClick={() => void look(true)}>
            {words.t('more')}
          </button>
        )}
      </section>
      <div class="detail reading" ref={read}>
        {open && (
          <>
            <header class="top">
              <div class="who">
                <h2 dir="auto">{found.find((each) => each.Contact.ContactId === open)?.Contact.CustomerDisplayName ?? ''}</h2>
                <p class="id">{open}</p>
              </div>
              <InFlow session={desk.session} words={words} contactId={open} />
            </header>
            <Read key={open} desk={desk} contactId={open} words={words} />
          </>
        )}
      </div>
    </main>
  );
}

function Agents({
  desk,
  words,
  value,
  onChange,
}: {
  desk: Desk;
  words: Words;
  value: string;
  onChange(event: { currentTarget: { value: string } }): void;
}) {
  const [all, setAll] = useState<{ Id: string; Username: string }[]>([]);
  useEffect(() => {
    desk.session
      .call<{ UserSummaryList: { Id: string; Username: string }[] }>('GET', `/users-summary/${desk.session.instanceId}?maxResults=1000`)
      .then(
        (page) => setAll(page.UserSummaryList),
        () => {},
      );
  }, []);
  return (
    <label class="field">
      <span>{words.t('agentOne')}</span>
      <select value={value} onChange={onChange}>
        <option value="">{words.t('any')}</option>
        {all.map((each) => (
          <option key={each.Id} value={each.Id}>
            {each.Username}
          </option>
        ))}
      </select>
    </label>
  );
}
