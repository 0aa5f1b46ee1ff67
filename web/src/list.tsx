// The timeline: past chats and this one as one list with dates and dividers.

import { Icon } from './icons.tsx';
import { Message, Sending, Waiting, contactOf, eventText, isMine, type Shown } from './item.tsx';
import { Overlaid } from './overlay.tsx';
import { Scroll } from './scroll.tsx';
import { SignInCard } from './sign-in-card.tsx';
import type { Words } from './texts.ts';
import { CONTENT, type Item } from './wire.ts';

function day(time: string, words: Words): string {
  const at = new Date(time);
  const from = (days: number) => new Date(Date.now() - days * 86_400_000).toDateString();
  if (at.toDateString() === from(0)) return words.t('today');
  if (at.toDateString() === from(1)) return words.t('yesterday');
  return words.day(at);
}

const dayOf = (item: Item) => new Date(item.AbsoluteTime).toDateString();

function Row({ item, before, shown }: { item: Item; before?: Item; shown: Shown }) {
  const { words } = shown;
  const newDay = !before || dayOf(before) !== dayOf(item);
  const present = !!before?.RelatedContactId && !!item.ContactId;
  const other =
    !!before && !present && !!item.RelatedContactId && contactOf(before) !== contactOf(item) && before.ContentType === CONTENT.ended;
  const overlay = shown.overlays.get(item.Id);
  const { signIn } = shown.chat;
  const question = signIn.question?.item === item.Id ? signIn.question : null;
  const text = item.Type === 'EVENT' ? eventText(item, shown) || (overlay?.tree ? ' ' : overlay?.text) : '';
  if (item.Type === 'EVENT' && !text && !question && !newDay && !present && !other) return null;
  const grouped =
    !!before &&
    !newDay &&
    !present &&
    before.Type !== 'EVENT' &&
    item.Type !== 'EVENT' &&
    before.ParticipantId === item.ParticipantId &&
    isMine(before) === isMine(item) &&
    Date.parse(item.AbsoluteTime) - Date.parse(before.AbsoluteTime) < 180_000;
  return (
    <>
      {(present || other) && (
        <div class="divider">
          <span>{words.t(present ? 'now' : 'past')}</span>
        </div>
      )}
      {newDay && (
        <div class="day">
          <span>{day(item.AbsoluteTime, words)}</span>
        </div>
      )}
      {question ? (
        <SignInCard key={item.Id} question={question} signIn={signIn} words={words} />
      ) : item.Type === 'EVENT' ? (
        text && (
          <div class="event" dir="auto" data-id={item.Id}>
            <Overlaid overlay={overlay}>{text}</Overlaid>
          </div>
        )
      ) : (
        <Message item={item} grouped={grouped} {...shown} />
      )}
    </>
  );
}

export function List({ shown, version, onSeen }: { shown: Shown; version: number; onSeen(): void }) {
  const { chat, words, newest } = shown;
  const { outbox, uploads, timeline, reading, signIn } = chat;
  const last = timeline.items.findLast((item) => item.Type === 'MESSAGE')?.Id ?? '';
  const stamp = (items: Item[]) => {
    const own = items.some((item) => item.Id === newest || item.Id === last);
    const asked = items.some((item) => item.ContentType === CONTENT.signIn) && signIn.revision;
    return [
      timeline.revision,
      own && `${newest} ${last} ${chat.state} ${outbox.pending.length}`,
      asked,
      words,
      shown.custom,
      shown.overlays,
    ];
  };
  return (
    <Scroll
      words={words}
      items={timeline.items}
      first={timeline.first}
      version={version}
      older={!!reading.older}
      loading={reading.loadingOlder}
      row={(item, before) => <Row key={item.Id} item={item} before={before} shown={shown} />}
      stamp={stamp}
      counts={(item) => !isMine(item) && (item.Type !== 'EVENT' || item.ContentType === CONTENT.signIn)}
      sending={outbox.pending.length + uploads.list.length}
      arrow={<Icon name="down" />}
      onOlder={() => void chat.loadOlder()}
      onSeen={onSeen}
      below={
        <>
          {outbox.shown.map((each) => (
            <Waiting key={each.clientToken} pending={each} chat={chat} words={words} />
          ))}
          {uploads.list.map((each) => (
            <Sending key={each.id} upload={each} {...shown} />
          ))}
          {chat.typing && <Typing name={chat.typing.name || words.t('agent')} words={words} />}
        </>
      }
    />
  );
}

function Typing({ name, words }: { name: string; words: Words }) {
  return (
    <div class="row agent typing">
      <span class="face" aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <div class="speech">
        <div class="bubble">
          <i />
          <i />
          <i />
          <span class="unseen">{words.t('typing', { name })}</span>
        </div>
      </div>
    </div>
  );
}
