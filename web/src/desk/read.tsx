// The timeline of a chat that is only read.

import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { Modal } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { InFlow } from './in-flow.tsx';
import { Lines } from './lines.tsx';
import { Reader } from './reader.ts';
import type { Around } from './rows.tsx';
import type { Words } from './texts.ts';

export function Read({ desk, contactId, words }: { desk: Desk; contactId: string; words: Words }) {
  const [version, redraw] = useReducer((n: number) => n + 1, 0);
  const [reader, setReader] = useState<Reader | null>(null);
  useEffect(() => setReader(new Reader(desk.session, contactId, () => redraw(undefined as never))), [contactId]);
  if (!reader?.loaded)
    return reader?.failed ? (
      <div class="center" role="alert">
        <p>{words.t('failed')}</p>
        <p class="soft">{reader.failed}</p>
        <button type="button" class="plain" onClick={() => void reader.loadOlder()}>
          {words.t('again')}
        </button>
      </div>
    ) : (
      <div class="center" role="status">
        <span class="spinner" />
        <span class="unseen">{words.t('loading')}</span>
      </div>
    );
  const around: Around = { words, self: '', present: contactId, receipt: () => undefined, record: (id) => desk.record(id, contactId) };
  if (reader.timeline.items.length === 0)
    return (
      <div class="center">
        <p>{words.t('nothing')}</p>
      </div>
    );
  return (
    <Lines
      desk={desk}
      words={words}
      version={version}
      source={reader}
      around={around}
      newest=""
      counts={() => false}
      sending={0}
      onSeen={() => {}}
    />
  );
}

/** A transcript above the page. */
export function Transcript({ desk, contactId, words, onClose }: { desk: Desk; contactId: string; words: Words; onClose(): void }) {
  const one = desk.record(contactId, contactId);
  return (
    <Modal label={words.t('transcript')} onClose={onClose} kind="transcript">
      <header class="top">
        <div class="who">
          <h2 dir="auto">{one?.CustomerDisplayName || words.t('transcript')}</h2>
          <p class="id">{contactId}</p>
        </div>
        <InFlow session={desk.session} words={words} contactId={contactId} />
        <button type="button" class="tool" autofocus aria-label={words.t('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Read desk={desk} contactId={contactId} words={words} />
    </Modal>
  );
}
