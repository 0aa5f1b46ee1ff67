// Who waits in a queue, the longest first: read what they said, and bring them to somebody.

import { useEffect, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { Modal } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import { Transcript } from '../read.tsx';
import type { Words } from '../texts.ts';
import { page, type FloorContact } from './contacts.ts';
import type { QueueFigures } from './figures.ts';

const since = ({ Contact: one }: FloorContact) => Date.parse(one.EnqueueTimestamp ?? one.InitiationTimestamp);

export function Waiting({
  desk,
  queue,
  words,
  now,
  onReassign,
  onClose,
}: {
  desk: Desk;
  queue: QueueFigures;
  words: Words;
  now: number;
  onReassign(contactId: string): void;
  onClose(): void;
}) {
  const [all, setAll] = useState<FloorContact[] | null>(null);
  const [error, setError] = useState('');
  const [open, setOpen] = useState('');
  const { Queue, ContactsInQueue, OldestContactTimestamp } = queue;
  useEffect(() => {
    // read anew whenever the queue's figures change
    const stop = new AbortController();
    page(desk.session, { state: 'WAITING', queueId: Queue.Id, order: 'ascending' }, '', stop.signal).then(
      (found) => {
        setAll(found.Contacts.sort((a, b) => since(a) - since(b)));
        setError('');
      },
      (reason) => {
        if (!stop.signal.aborted) setError(reason instanceof Error ? reason.message : String(reason));
      },
    );
    return () => stop.abort();
  }, [Queue.Id, ContactsInQueue, OldestContactTimestamp]);
  const title = `${words.t('waiting')}: ${Queue.Name}`;
  if (open) return <Transcript desk={desk} contactId={open} words={words} onClose={() => setOpen('')} />;
  return (
    <Modal label={title} onClose={onClose} kind="queued">
      <header class="top">
        <h2 dir="auto">{title}</h2>
        <button type="button" class="tool" autofocus aria-label={words.t('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {error && (
        <p class="error" role="alert" dir="auto">
          {error}
        </p>
      )}
      {all?.length === 0 && <p class="soft">{words.t('nothing')}</p>}
      <ol>
        {all?.map((each) => (
          <li key={each.Contact.ContactId} data-contact={each.Contact.ContactId}>
            <div class="who">
              <b dir="auto">{each.Contact.CustomerDisplayName || words.t('customer')}</b>
              <small class="id">{each.Contact.ContactId}</small>
            </div>
            <span class="soft">{words.span(now - since(each))}</span>
            <button type="button" class="plain" onClick={() => setOpen(each.Contact.ContactId)}>
              <Icon name="text" />
              {words.t('transcript')}
            </button>
            <button type="button" class="plain" onClick={() => onReassign(each.Contact.ContactId)}>
              <Icon name="swap" />
              {words.t('reassign')}
            </button>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
