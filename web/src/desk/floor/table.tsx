// Contacts as a table: filtered, sorted, read on as one scrolls, and downloaded whole.

import { useEffect, useRef, useState } from 'preact/hooks';
import { save } from '../../download.ts';
import type { Desk } from '../desk.ts';
import { Icon } from '../icons.tsx';
import { Transcript } from '../read.tsx';
import { via } from '../rows.tsx';
import type { Key, Words } from '../texts.ts';
import { csv, every, length, noneAsked, page, type Asked, type FloorContact, type Sort, type State } from './contacts.ts';
import type { Figures } from './figures.ts';

const STATES = { FLOW: 'inFlow', WAITING: 'waiting', CONNECTED: 'connected', ENDED: 'over' } as const satisfies Record<State, Key>;
const COLUMNS: [Key, Sort?][] = [
  ['customer'],
  ['contactId'],
  ['started', 'started'],
  ['queue'],
  ['agentOne'],
  ['begunBy'],
  ['state'],
  ['connectedAt', 'connected'],
  ['endedAt', 'ended'],
  ['duration'],
  ['disposition'],
];

function cells(each: FloorContact, words: Words, now: number): string[] {
  const { Contact: one, State: state } = each;
  const at = (time?: string) => (time ? `${words.date(time)} ${words.clock(time)}` : '');
  return [
    one.CustomerDisplayName || words.t('customer'),
    one.ContactId,
    at(one.InitiationTimestamp),
    one.Queue?.Name ?? '',
    one.Agent?.DisplayName ?? '',
    via(one.InitiationMethod, words),
    words.t(STATES[state]),
    at(one.ConnectedToAgentTimestamp),
    at(one.DisconnectTimestamp),
    words.span(length(each, now)),
    one.Disposition?.Code ?? one.Disposition?.Text ?? '',
  ];
}

/** The same for programs: times in ISO 8601, lengths in seconds. */
function plain(each: FloorContact, now: number): string[] {
  const { Contact: one, State: state } = each;
  return [
    one.CustomerDisplayName,
    one.ContactId,
    one.InitiationTimestamp,
    one.Queue?.Name ?? '',
    one.Agent?.DisplayName ?? '',
    one.InitiationMethod,
    state,
    one.ConnectedToAgentTimestamp ?? '',
    one.DisconnectTimestamp ?? '',
    String(Math.round(length(each, now) / 1000)),
    one.Disposition?.Code ?? one.Disposition?.Text ?? '',
  ];
}

function usePages(desk: Desk, asked: Asked) {
  const [found, setFound] = useState<FloorContact[]>([]);
  const [next, setNext] = useState<string | undefined>('');
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState('');
  const turn = useRef(0);
  const load = async (before: FloorContact[], token: string | undefined) => {
    if (token === undefined) return;
    const mine = ++turn.current;
    setBusy(true);
    setError('');
    try {
      const some = await page(desk.session, asked, token);
      if (mine !== turn.current) return; // something else was asked meanwhile
      setFound([...before, ...some.Contacts]);
      setNext(some.NextToken);
    } catch (reason) {
      if (mine === turn.current) setError(reason instanceof Error ? reason.message : String(reason));
    }
    if (mine === turn.current) setBusy(false);
  };
  useEffect(() => {
    const timer = setTimeout(() => void load([], ''), asked.customer ? 250 : 0);
    return () => {
      clearTimeout(timer);
      turn.current += 1;
    };
  }, [asked]);
  return {
    found,
    error,
    busy,
    more: next !== undefined,
    load: () => {
      if (!busy) void load(found, next);
    },
  };
}

function Filters({
  asked,
  figures,
  words,
  onChange,
}: {
  asked: Asked;
  figures: Figures;
  words: Words;
  onChange(more: Partial<Asked>): void;
}) {
  const pick = (name: 'state' | 'queueId' | 'agentId', label: Key, options: [string, string][]) => (
    <label class="field">
      <span>{words.t(label)}</span>
      <select value={asked[name]} onChange={(event) => onChange({ [name]: event.currentTarget.value })}>
        <option value="">{words.t('any')}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const type = (name: 'customer' | 'from' | 'till', label: Key, kind: 'search' | 'date') => (
    <label class="field">
      <span>{words.t(label)}</span>
      <input
        {...({ type: kind } as object)}
        value={asked[name]}
        dir="auto"
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      {type('customer', 'customer', 'search')}
      {pick(
        'state',
        'state',
        Object.entries(STATES).map(([value, key]) => [value, words.t(key)]),
      )}
      {pick(
        'queueId',
        'queue',
        figures.Queues.map(({ Queue }) => [Queue.Id, Queue.Name]),
      )}
      {pick(
        'agentId',
        'agentOne',
        figures.Agents.map((each) => [each.Id, each.DisplayName]),
      )}
      {type('from', 'begunFrom', 'date')}
      {type('till', 'tillDay', 'date')}
    </form>
  );
}

function Download({ desk, asked, words }: { desk: Desk; asked: Asked; words: Words }) {
  const [so, setSo] = useState<number | null>(null);
  const [error, setError] = useState('');
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const go = async () => {
    const mine = (stop.current = new AbortController());
    setSo(0);
    setError('');
    try {
      const all = await every(desk.session, asked, setSo, mine.signal);
      const heads = COLUMNS.map(([key]) => words.t(key));
      save(csv([heads, ...all.map((each) => plain(each, Date.now()))]), `contacts-${new Date().toISOString().slice(0, 10)}.csv`);
    } catch (reason) {
      if (!mine.signal.aborted) setError(reason instanceof Error ? reason.message : String(reason));
    }
    setSo(null);
  };
  return (
    <div class="download">
      <span role="status" class="soft">
        {so === null ? '' : words.t('foundSome', { n: so })}
      </span>
      {error && (
        <span class="error" role="alert">
          {error}
        </span>
      )}
      <button type="button" class="plain" onClick={() => (so === null ? void go() : stop.current?.abort())}>
        <Icon name="file" />
        {so === null ? 'CSV' : words.t('cancel')}
      </button>
    </div>
  );
}

export function Contacts({ desk, figures, words, now }: { desk: Desk; figures: Figures; words: Words; now: number }) {
  const [asked, setAsked] = useState<Asked>(noneAsked);
  const [open, setOpen] = useState('');
  const pages = usePages(desk, asked);
  const sort = (by: Sort) =>
    setAsked((old) => ({ ...old, sort: by, order: old.sort === by && old.order === 'descending' ? 'ascending' : 'descending' }));
  const near = (event: { currentTarget: HTMLElement }) => {
    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
    if (scrollTop + clientHeight > scrollHeight - 300 && pages.more && !pages.error) pages.load();
  };
  return (
    <section class="contacts" aria-label={words.t('contacts')}>
      <header>
        <h1>{words.t('contacts')}</h1>
        <Download key={JSON.stringify(asked)} desk={desk} asked={asked} words={words} />
      </header>
      <Filters asked={asked} figures={figures} words={words} onChange={(more) => setAsked((old) => ({ ...old, ...more }))} />
      {pages.error && (
        <p class="error" role="alert" dir="auto">
          {pages.error}
        </p>
      )}
      <div class="scrolls" tabIndex={0} role="region" aria-label={words.t('contacts')} onScroll={near}>
        <table class="figures">
          <thead>
            <tr>
              {COLUMNS.map(([key, by]) => (
                <th key={key} scope="col" aria-sort={by && asked.sort === by ? asked.order : undefined}>
                  {by ? (
                    <button type="button" onClick={() => sort(by)}>
                      {words.t(key)}
                      {asked.sort === by && <Icon name={asked.order === 'descending' ? 'down' : 'up'} />}
                    </button>
                  ) : (
                    words.t(key)
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pages.found.map((each) => {
              const [first, ...rest] = cells(each, words, now);
              return (
                <tr key={each.Contact.ContactId} onClick={() => setOpen(each.Contact.ContactId)}>
                  <th scope="row" dir="auto">
                    <button type="button">{first}</button>
                  </th>
                  {rest.map((text, n) => (
                    <td key={n} dir="auto" class={n === 0 ? 'id' : undefined}>
                      {n === 0 ? <span title={text}>{text.slice(0, 8)}</span> : text || '–'}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
        {!pages.busy && pages.found.length === 0 && !pages.error && <p class="soft none">{words.t('nothing')}</p>}
        {pages.more && (
          <button type="button" class="plain further" disabled={pages.busy} onClick={pages.load}>
            {words.t(pages.busy ? 'loading' : 'more')}
          </button>
        )}
      </div>
      {open && <Transcript desk={desk} contactId={open} words={words} onClose={() => setOpen('')} />}
    </section>
  );
}
