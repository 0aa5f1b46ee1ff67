// One chat in the middle of the desk: who it is, all that was ever said, and what to do with it.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { Ask } from './ask.tsx';
import { Composer } from './composer.tsx';
import type { Conversation } from './conversation.ts';
import type { Desk } from './desk.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { nameOf } from './inbox.tsx';
import { Read } from './read.tsx';
import { Lines } from './lines.tsx';
import { Unsent, Uploading, type Around } from './rows.tsx';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';
import { Transfer } from './transfer.tsx';

export function around(desk: Desk, chat: Conversation, words: Words): Around {
  return {
    words,
    self: chat.self,
    present: chat.contactId,
    receipt: (id) => chat.timeline.receiptOf(id),
    record: (id) => desk.record(id, chat.contactId),
    file: (id) => chat.attachment(id),
  };
}

function Typing({ chat, row, words }: { chat: Conversation; row: Row; words: Words }) {
  return (
    chat.typing && (
      <div class="row them typing">
        <div class="speech">
          <div class="bubble">
            <i />
            <i />
            <i />
            <span class="unseen">{words.t('typing', { name: nameOf(row, words) })}</span>
          </div>
        </div>
      </div>
    )
  );
}

const STATE = { INCOMING: 'offers', CONNECTED: 'connected', ENDED: 'work', MISSED: 'missed', REJECTED: 'rejected' } as const;

export function Talk({
  desk,
  row,
  words,
  version,
  side,
  onSide,
}: {
  desk: Desk;
  row: Row;
  words: Words;
  version: number;
  side: boolean;
  onSide(): void;
}) {
  const chat = desk.chats.get(row.ContactId);
  const name = nameOf(row, words);
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // with the field itself: what is typed right after accepting, or after a question, is meant for the chat
    if (!desk.asking) box.current?.querySelector<HTMLElement>('textarea')?.focus();
  }, [row.ContactId, !!chat, row.State, !desk.asking]);
  const newest = chat?.timeline.items.findLast((item) => item.ParticipantId === chat.self && item.Type !== 'EVENT')?.Id ?? '';
  const live = row.State === 'CONNECTED';
  const offered = row.State === 'INCOMING';
  const pending = chat?.outbox.shown ?? [];
  return (
    <main class="talk" ref={box} aria-label={name}>
      <header class="top">
        <div class="who">
          <h1 dir="auto">{name}</h1>
          <p>{[row.Queue?.Name, words.t(STATE[row.State])].filter(Boolean).join(' · ')}</p>
        </div>
        {live && (
          <button type="button" class="plain" onClick={() => desk.ask('transfer')}>
            <Icon name="swap" />
            {words.t('transfer')}
          </button>
        )}
        {live && (
          <button type="button" class="plain danger" onClick={() => desk.ask('end')}>
            <Icon name="stop" />
            {words.t('end')}
          </button>
        )}
        {!live && !offered && (
          <button type="button" class="main" onClick={() => void desk.clear(row.ContactId)}>
            <Icon name="check" />
            {words.t('clear')}
          </button>
        )}
        <button type="button" class="tool" aria-label={words.t('side')} aria-pressed={side} title={words.t('side')} onClick={onSide}>
          <Icon name="side" />
        </button>
      </header>
      {chat ? (
        <Lines
          key={row.ContactId}
          desk={desk}
          words={words}
          version={version}
          source={chat.reading}
          around={around(desk, chat, words)}
          newest={newest}
          start={chat.place}
          counts={(item) => item.Type !== 'EVENT' && item.ParticipantRole === 'CUSTOMER'}
          sending={pending.length + chat.uploads.list.length}
          onSeen={() => {
            if (document.visibilityState === 'visible' && live) chat.seen();
          }}
          onPlace={(at) => {
            chat.place = at;
          }}
          below={
            <>
              {pending.map((each) => (
                <Unsent
                  key={each.clientToken}
                  pending={each}
                  words={words}
                  onRetry={() => chat.outbox.retry(each.clientToken)}
                  onDiscard={() => chat.outbox.discard(each.clientToken)}
                />
              ))}
              {chat.uploads.list.map((each) => (
                <Uploading
                  key={each.id}
                  upload={each}
                  words={words}
                  onRetry={() => void chat.uploads.send(each)}
                  onDiscard={() => chat.uploads.drop(each.id)}
                />
              ))}
              <Typing chat={chat} row={row} words={words} />
            </>
          }
        />
      ) : live ? (
        <div class="center" role="status">
          <span class="spinner" />
          {words.t('loading')}
        </div>
      ) : (
        <Read desk={desk} contactId={row.ContactId} words={words} />
      )}
      {chat?.failed && !chat.reading.loaded && (
        <p class="banner" role="alert">
          {words.t('failed')} {chat.failed}
        </p>
      )}
      {chat && live && (
        <Composer
          key={row.ContactId}
          chat={chat}
          words={words}
          replies={desk.replies(row.ContactId)}
          onAsk={chat.interactive ? () => desk.ask('question') : undefined}
        />
      )}
      {desk.asking === 'end' && (
        <Dialog
          title={words.t('endSure', { name })}
          text={words.t('endText')}
          yes={words.t('end')}
          no={words.t('cancel')}
          danger
          onYes={() => {
            desk.ask(null);
            void desk.end(row.ContactId);
          }}
          onNo={() => desk.ask(null)}
        />
      )}
      {desk.asking === 'question' && chat?.interactive && <Ask chat={chat} words={words} onDone={() => desk.ask(null)} />}
      {desk.asking === 'transfer' && <Transfer desk={desk} row={row} words={words} onDone={() => desk.ask(null)} />}
    </main>
  );
}
