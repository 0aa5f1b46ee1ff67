// Interactive messages in a chat: what of them the customer can still answer. Views are drawn in view.tsx, everything else in choices.tsx.

import { Choices, messageIn } from './choices.tsx';
import type { Shown } from './item.tsx';
import { View } from './view.tsx';
import { CONTENT, type Item } from './wire.ts';

export function Interactive({ item, ...shown }: { item: Item } & Shown) {
  const message = messageIn(item.Content);
  const live = !!item.ContactId && shown.chat.state !== 'ended' && isLast(item, shown);
  if (message.templateType === 'ViewResource') return <View content={message.data?.content ?? {}} live={live} {...shown} />;
  return <Choices message={message} live={live} tag={shown.words.tag} pick={(answer) => shown.answer(answer, CONTENT.plain)} />;
}

/** Nobody has said anything since: a choice is answered once. */
function isLast(item: Item, { chat }: Shown) {
  return (
    !chat.timeline.items.some((other) => other.AbsoluteTime > item.AbsoluteTime && other.Type === 'MESSAGE') &&
    chat.outbox.pending.length === 0
  );
}
