// Beside a chat: who the customer is, what is known, what agents have noted, and what came before.

import { useState } from 'preact/hooks';
import { Chain } from './chain.tsx';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import { Transcript } from './read.tsx';
import { via } from './rows.tsx';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';

interface Props {
  desk: Desk;
  row: Row;
  words: Words;
}

function Pair({ words, label, onSave }: { words: Words; label: string; onSave(name: string, value: string): void }) {
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <button type="button" class="add" onClick={() => setOpen(true)}>
        <Icon name="plus" />
        {label}
      </button>
    );
  const save = (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    onSave(String(data.get('name')), String(data.get('value')));
    setOpen(false);
  };
  return (
    <form class="pair" onSubmit={save}>
      <input name="name" required maxLength={128} placeholder={words.t('nameOfIt')} aria-label={words.t('nameOfIt')} autofocus />
      <input name="value" maxLength={256} placeholder={words.t('value')} aria-label={words.t('value')} />
      <button type="submit" class="tool" aria-label={words.t('save')}>
        <Icon name="check" />
      </button>
      <button type="button" class="tool" aria-label={words.t('cancel')} onClick={() => setOpen(false)}>
        <Icon name="close" />
      </button>
    </form>
  );
}

function Attributes({ desk, row, words }: Props) {
  const all = Object.entries(row.Attributes ?? {});
  return (
    <section>
      <h3>{words.t('attributes')}</h3>
      {all.length ? (
        <dl>
          {all.map(([name, value]) => (
            <div key={name}>
              <dt dir="auto">{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p class="soft">{words.t('noAttributes')}</p>
      )}
      <Pair words={words} label={words.t('addAttribute')} onSave={(name, value) => void desk.setAttribute(row, name, value)} />
    </section>
  );
}

function Tags({ desk, row, words }: Props) {
  const tags = Object.entries(desk.record(row.ContactId, row.ContactId)?.Tags ?? {}).filter(([name]) => !name.startsWith('aws:'));
  return (
    <section>
      <h3>{words.t('tags')}</h3>
      {tags.length ? (
        <ul class="tags">
          {tags.map(([name, value]) => (
            <li key={name}>
              <span dir="auto">
                {name}
                {value && `: ${value}`}
              </span>
              <button type="button" aria-label={words.t('remove', { name })} onClick={() => void desk.untag(row.ContactId, name)}>
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">{words.t('noTags')}</p>
      )}
      <Pair words={words} label={words.t('addTag')} onSave={(name, value) => void desk.tag(row.ContactId, { [name]: value })} />
    </section>
  );
}

function Notes({ desk, row, words }: Props) {
  const [text, setText] = useState('');
  const notes = desk.notes(row.ContactId);
  const save = (event: Event) => {
    event.preventDefault();
    const said = text.trim();
    if (said)
      void desk.note(row.ContactId, said).then(() => {
        if (!desk.notice) setText((now) => (now === text ? '' : now)); // what has been typed since is the next one
      });
  };
  return (
    <section>
      <h3>{words.t('notes')}</h3>
      <ol class="notes">
        {notes.map((each) => (
          <li key={`${each.ContactId}/${each.Number}`}>
            <p dir="auto">{each.Text}</p>
            <small>
              <span dir="auto">{each.Author.DisplayName}</span> · {words.date(each.Timestamp)} {words.clock(each.Timestamp)}
            </small>
          </li>
        ))}
      </ol>
      {row.State !== 'INCOMING' && (
        <form class="note" onSubmit={save}>
          <textarea
            rows={2}
            maxLength={4096}
            value={text}
            placeholder={words.t('addNote')}
            aria-label={words.t('addNote')}
            dir="auto"
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(event);
            }}
          />
          <button type="submit" class="plain" disabled={!text.trim()}>
            {words.t('add')}
          </button>
          <small>{words.t('internalHint')}</small>
        </form>
      )}
    </section>
  );
}

function Disposition({ desk, row, words }: Props) {
  if (row.State !== 'CONNECTED' && row.State !== 'ENDED') return null;
  const { Code = '', Text = '' } = row.Disposition ?? {};
  return (
    <section>
      <h3>{words.t('disposition')}</h3>
      <label class="field">
        <span class="unseen">{words.t('disposition')}</span>
        <select value={Code} onChange={(event) => void desk.dispose(row.ContactId, { Code: event.currentTarget.value, Text })}>
          <option value="">{words.t('choose')}</option>
          {desk.dispositions.map((each) => (
            <option key={each.Id} value={each.Code}>
              {each.Description || each.Code}
            </option>
          ))}
          {Code && !desk.dispositions.some((each) => each.Code === Code) && <option value={Code}>{Code}</option>}
        </select>
      </label>
    </section>
  );
}

export function Aside({ desk, row, words }: Props) {
  const [open, setOpen] = useState('');
  const record = desk.record(row.ContactId, row.ContactId);
  const started = record?.InitiationTimestamp;
  const chats = desk.chain(row.ContactId);
  const others = desk.others(row.ContactId);
  return (
    <aside class="side" aria-label={words.t('side')}>
      <section class="person">
        <span class="face big" aria-hidden="true">
          {[...(row.CustomerDisplayName || '?')][0]?.toUpperCase()}
        </span>
        <div>
          <b dir="auto">{row.CustomerDisplayName || words.t('customer')}</b>
          <p class="soft">{[row.Queue?.Name, via(row.InitiationMethod, words)].filter(Boolean).join(' · ')}</p>
        </div>
      </section>
      <Disposition desk={desk} row={row} words={words} />
      <Notes desk={desk} row={row} words={words} />
      {chats.length > 0 && (
        <section>
          <h3>{words.t('chain')}</h3>
          <Chain chats={chats} present={row.ContactId} words={words} onOpen={setOpen} />
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h3>{words.t('past')}</h3>
          <ul class="others">
            {others.map((each) => {
              const last = each.Contacts.at(-1)!;
              return (
                <li key={each.InitialContactId}>
                  <button type="button" onClick={() => setOpen(last.ContactId)}>
                    <b>{words.date(each.StartTimestamp)}</b>
                    <small dir="auto">
                      {[last.Agent?.DisplayName, last.Queue?.Name, last.Disposition?.Code].filter(Boolean).join(' · ')}
                    </small>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      <Attributes desk={desk} row={row} words={words} />
      <Tags desk={desk} row={row} words={words} />
      <section>
        <h3>{words.t('details')}</h3>
        <dl>
          {started && (
            <div>
              <dt>{words.t('started')}</dt>
              <dd>
                {words.date(started)} {words.clock(started)}
              </dd>
            </div>
          )}
          {record?.CustomerId && (
            <div>
              <dt>{words.t('customerId')}</dt>
              <dd dir="auto">
                {record.CustomerId} {record.CustomerVerified && <small class="soft">{words.t('verified')}</small>}
              </dd>
            </div>
          )}
          <div>
            <dt>{words.t('contactId')}</dt>
            <dd class="id">{row.ContactId}</dd>
          </div>
        </dl>
      </section>
      {open && <Transcript desk={desk} contactId={open} words={words} onClose={() => setOpen('')} />}
    </aside>
  );
}
