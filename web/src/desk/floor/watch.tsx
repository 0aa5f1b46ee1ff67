// A contact that is watched: read silently, a word to the agent alone, or in the chat for all to see.

import { useState } from 'preact/hooks';
import { Composer } from '../composer.tsx';
import type { Desk } from '../desk.ts';
import { Icon } from '../icons.tsx';
import { Lines } from '../lines.tsx';
import { around } from '../talk.tsx';
import type { Words } from '../texts.ts';

export function Watch({
  desk,
  contactId,
  words,
  version,
  onClose,
}: {
  desk: Desk;
  contactId: string;
  words: Words;
  version: number;
  onClose(): void;
}) {
  const [text, setText] = useState('');
  const chat = desk.watched.get(contactId);
  const one = desk.record(contactId, contactId);
  const monitor = desk.monitors.find((each) => each.ContactId === contactId);
  const barged = monitor?.Capability === 'BARGE';
  const whisper = (event: Event) => {
    event.preventDefault();
    const said = text.trim();
    if (said)
      void desk.whisper(contactId, said).then(() => {
        if (!desk.notice) setText((now) => (now === text ? '' : now)); // what has been typed since is the next one
      });
  };
  if (!chat)
    return (
      <section class="watch">
        <div class="center" role="status">
          <span class="spinner" />
        </div>
      </section>
    );
  return (
    <section class="watch talk" aria-label={words.t('watch')}>
      <header class="top">
        <div class="who">
          <h2 dir="auto">{one?.CustomerDisplayName || words.t('customer')}</h2>
          <p>{[words.t(barged ? 'barged' : 'watching'), one?.Agent?.DisplayName, one?.Queue?.Name].filter(Boolean).join(' · ')}</p>
        </div>
        {!barged && (
          <button type="button" class="plain" onClick={() => void desk.barge(contactId)}>
            {words.t('barge')}
          </button>
        )}
        <button
          type="button"
          class="tool"
          aria-label={words.t('stopWatching')}
          title={words.t('stopWatching')}
          onClick={() => {
            void desk.stopWatching(contactId);
            onClose();
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      <Lines
        key={contactId}
        desk={desk}
        words={words}
        version={version}
        source={chat.reading}
        around={around(desk, chat, words)}
        newest=""
        counts={(item) => item.Type !== 'EVENT'}
        sending={chat.outbox.pending.length}
        onSeen={() => {}}
      />
      <form class="whisper" onSubmit={whisper}>
        <label class="field">
          <span>{words.t('whisper')}</span>
          <div class="line">
            <input
              type="text"
              maxLength={1024}
              value={text}
              dir="auto"
              placeholder={words.t('whisperHint')}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <button type="submit" class="plain" disabled={!text.trim()}>
              {words.t('send')}
            </button>
          </div>
        </label>
      </form>
      {barged && <Composer chat={chat} words={words} replies={[]} />}
    </section>
  );
}
