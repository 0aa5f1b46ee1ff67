// The flows of an instance: a list, and one of them, which a contact may have led to.

import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import { addressOf, usePath, usePlace } from './flow-path.ts';
import { One } from './flow.tsx';
import type { Listed } from './kind.ts';
import { flows } from './site-kinds.ts';

const TYPES = [
  'CONTACT_FLOW',
  'CUSTOMER_QUEUE',
  'CUSTOMER_WHISPER',
  'AGENT_WHISPER',
  'CUSTOMER_HOLD',
  'AGENT_HOLD',
  'OUTBOUND_WHISPER',
  'AGENT_TRANSFER',
  'QUEUE_TRANSFER',
];
const tell = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The least that can be published: it ends at once. */
const least = (type: string) =>
  JSON.stringify({
    Version: '2019-10-30',
    StartAction: 'end',
    Metadata: {},
    Actions: [
      { Identifier: 'end', Type: type === 'CONTACT_FLOW' ? 'DisconnectParticipant' : 'EndFlowExecution', Parameters: {}, Transitions: {} },
    ],
  });

function Making({ session, words, onMade }: { session: Session; words: Words; onMade(id: string): void }) {
  const [error, setError] = useState('');
  const make = async (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [type, file] = [String(data.get('type')), data.get('file') as File | null];
    try {
      const Content = file?.size ? await file.text() : least(type);
      onMade(
        (
          await session.call<{ ContactFlowId: string }>('PUT', `/contact-flows/${session.instanceId}`, {
            Name: data.get('name'),
            Type: type,
            Content,
          })
        ).ContactFlowId,
      );
    } catch (reason) {
      setError(tell(reason));
    }
  };
  return (
    <form class="setting" onSubmit={(event) => void make(event)}>
      {error && (
        <p class="error" role="alert" dir="auto">
          {error}
        </p>
      )}
      <label class="field">
        <span>{words.t('nameOfIt')}</span>
        <input name="name" required maxLength={127} autofocus />
      </label>
      <label class="field">
        <span>{words.t('kind')}</span>
        <select name="type">
          {TYPES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>
          {words.t('fromFile')}
          <em> {words.t('optional')}</em>
        </span>
        <input type="file" name="file" accept=".json,application/json" />
      </label>
      <div class="answers">
        <button type="submit" class="main">
          {words.t('save')}
        </button>
      </div>
    </form>
  );
}

/** Leads from a contact to the flow that it has come into first. */
function Leading({ session, words, contact, found }: { session: Session; words: Words; contact: string; found: Listed[] }) {
  const { steps, error } = usePath(session, contact);
  const first = steps?.find((step) => found.some((each) => each.id === step.FlowId))?.FlowId;
  useEffect(() => {
    if (first) location.replace(addressOf({ flow: first, contact }));
  }, [first]);
  return (
    <div class="center whole" role="status">
      {error || (steps && !first ? words.t('noPath') : <span class="spinner" />)}
    </div>
  );
}

export function Flows({ session, words }: { session: Session; words: Words }) {
  const { flow, contact } = usePlace();
  const [found, setFound] = useState<Listed[] | null>(null);
  const [making, setMaking] = useState(false);
  const [asked, setAsked] = useState('');
  const [error, setError] = useState('');
  const load = () => flows.list(session).then(setFound, (reason) => setError(tell(reason)));
  useEffect(() => {
    void load();
  }, []);
  const made = (id: string) => {
    setMaking(false);
    void load();
    location.hash = addressOf({ flow: id, contact: '' });
  };
  if (flow)
    return <One key={flow} session={session} words={words} id={flow} contact={contact} flows={found ?? []} onGone={() => void load()} />;
  if (contact && found) return <Leading session={session} words={words} contact={contact} found={found} />;
  const shown = (found ?? []).filter((each) => `${each.name} ${each.more ?? ''}`.toLowerCase().includes(asked.toLowerCase()));
  return (
    <>
      <section class="listed" aria-label={words.t('flows')}>
        <header>
          <h1>{words.t('flows')}</h1>
          {session.administers && (
            <button type="button" class="main" onClick={() => setMaking(!making)}>
              <Icon name="plus" />
              {words.t('newOne')}
            </button>
          )}
        </header>
        <p class="soft about">{words.t('about.flows')}</p>
        <input
          type="search"
          class="find"
          placeholder={words.t('search')}
          aria-label={words.t('search')}
          value={asked}
          onInput={(event) => setAsked(event.currentTarget.value)}
        />
        {error && (
          <p class="error" role="alert" dir="auto">
            {error}
          </p>
        )}
        <ul>
          {shown.map((each) => (
            <li key={each.id}>
              <button
                type="button"
                onClick={() => {
                  location.hash = addressOf({ flow: each.id, contact: '' });
                }}
              >
                <b dir="auto">{each.name}</b>
                <small>{each.more}</small>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <div class="detail">{making && <Making session={session} words={words} onMade={made} />}</div>
    </>
  );
}
