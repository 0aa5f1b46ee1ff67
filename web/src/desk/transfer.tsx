// Whom a chat is handed to: an agent or a queue, found by typing, and a word to them that the customer never sees.

import { useMemo, useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { Modal } from './dialog.tsx';
import { Picker, type Choice } from './picker.tsx';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';

export function Transfer({ desk, row, words, onDone }: { desk: Desk; row: Row; words: Words; onDone(): void }) {
  const [to, setTo] = useState<Choice>();
  const [note, setNote] = useState('');
  const choices = useMemo(
    () =>
      (desk.me?.QuickConnects ?? []).map((each): Choice => ({
        id: each.Id,
        label: each.Name,
        icon: each.Type === 'USER' ? 'person' : 'queue',
        hint: each.Type === 'USER' ? each.Username : words.t('queue'),
      })),
    [desk.me, words],
  );
  const go = async (chosen: Choice | undefined) => {
    if (!chosen) return;
    onDone();
    if (note.trim()) await desk.note(row.ContactId, note.trim());
    if (!desk.notice) await desk.transfer(row.ContactId, { QuickConnectId: chosen.id });
  };
  return (
    <Modal label={words.t('transferTo')} onClose={onDone} kind="pick">
      <h2>{words.t('transferTo')}</h2>
      <Picker
        label={words.t('transferTo')}
        placeholder={words.t('transferFind')}
        none={words.t('nobody')}
        choices={choices}
        byClick={false}
        onAt={setTo}
        onGo={(chosen) => void go(chosen)}
      />
      <label class="field">
        <span>{words.t('internalNote')}</span>
        <textarea rows={2} maxLength={1024} value={note} dir="auto" onInput={(event) => setNote(event.currentTarget.value)} />
        <small>{words.t('internalHint')}</small>
      </label>
      <div class="answers">
        <button type="button" class="plain" onClick={onDone}>
          {words.t('cancel')}
        </button>
        <button type="button" class="main" disabled={!to} onClick={() => void go(to)}>
          {words.t('transfer')}
        </button>
      </div>
    </Modal>
  );
}
