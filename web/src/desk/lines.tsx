// The timeline of a desk: rows with what stands before them, a contact's beginning or a new day.

import type { ScrollProps } from '../scroll.tsx';
import { Scroll } from '../scroll.tsx';
import type { Timeline } from '../timeline.ts';
import type { Item } from '../wire.ts';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import { Begins, Message, contactOf, day, eventText, type Around } from './rows.tsx';
import type { Words } from './texts.ts';

interface Source {
  timeline: Timeline;
  older?: string;
  loadingOlder: boolean;
  loadOlder(): void;
}

const GROUPED = 180_000; // milliseconds within which messages of one person stand together

function Line({ item, before, newest, around }: { item: Item; before?: Item; newest: string; around: Around }) {
  const begins = !before || contactOf(before) !== contactOf(item);
  const newDay = !!before && !begins && new Date(before.AbsoluteTime).toDateString() !== new Date(item.AbsoluteTime).toDateString();
  const grouped =
    !!before &&
    !begins &&
    !newDay &&
    before.Type !== 'EVENT' &&
    before.ParticipantId === item.ParticipantId &&
    Date.parse(item.AbsoluteTime) - Date.parse(before.AbsoluteTime) < GROUPED;
  const text = item.Type === 'EVENT' ? eventText(item, around.words) : '';
  return (
    <div>
      {begins && <Begins id={contactOf(item)} at={item.AbsoluteTime} past={!item.ContactId} around={around} />}
      {newDay && (
        <div class="day">
          <span>{day(item.AbsoluteTime, around.words)}</span>
        </div>
      )}
      {item.Type === 'EVENT' ? (
        text && (
          <p class="event" dir="auto" data-id={item.Id}>
            {text}
          </p>
        )
      ) : (
        <Message item={item} grouped={grouped} newest={item.Id === newest} around={around} />
      )}
    </div>
  );
}

export function Lines({
  desk,
  words,
  source,
  around,
  newest,
  ...more
}: {
  desk: Desk;
  words: Words;
  source: Source;
  around: Around;
  newest: string;
} & Pick<ScrollProps, 'version' | 'counts' | 'sending' | 'below' | 'start' | 'onSeen' | 'onPlace'>) {
  const { timeline } = source;
  return (
    <Scroll
      words={words}
      items={timeline.items}
      first={timeline.first}
      older={!!source.older}
      loading={source.loadingOlder}
      arrow={<Icon name="down" />}
      row={(item, before) => <Line key={item.Id} item={item} before={before} newest={newest} around={around} />}
      stamp={(items) => [timeline.revision, desk.learned, words, items.some((item) => item.Id === newest)]}
      onOlder={() => source.loadOlder()}
      {...more}
    />
  );
}
