// Interactive messages: lists, times, quick replies, panels and carousels, each with what the customer can choose. Views are in view.tsx.

import { Plain } from './markdown.tsx';
import type { Shown } from './item.tsx';
import { textOf as text } from './view-parts.ts';
import { View } from './view.tsx';
import { CONTENT, type Item } from './wire.ts';

interface Element { title?: string; subtitle?: string; duration?: number; date?: string }
interface Content {
  title?: string; subtitle?: string; elements?: (Element | { data?: { content?: Content }; templateIdentifier?: string })[]; timeslots?: Element[];
  viewToken?: string; viewData?: Record<string, unknown>;
}

export function Interactive({ item, ...shown }: { item: Item } & Shown) {
  let message: { templateType?: string; data?: { content?: Content } } = {};
  try { message = JSON.parse(item.Content ?? '{}'); } catch { /* what cannot be read is shown as nothing */ }
  const content = message.data?.content ?? {};
  const live = !!item.ContactId && shown.chat.state !== 'ended' && isLast(item, shown);
  if (message.templateType === 'ViewResource') return <View content={content} live={live} {...shown} />;
  if (message.templateType === 'Carousel') {
    return (
      <div class={live ? 'cards' : 'cards done'}>{(content.elements ?? []).map((card, n) => {
        const inner = ('data' in card ? card.data?.content : undefined) ?? {};
        const pick = (choice: Element) => shown.answer(JSON.stringify({ templateIdentifier: text((card as { templateIdentifier?: string }).templateIdentifier),
          listTitle: text(inner.title), selectionText: text(choice.title) }), CONTENT.plain);
        return <div key={n} class="card"><Choices content={inner} live={live} pick={pick} {...shown} /></div>;
      })}</div>
    );
  }
  const pick = (choice: Element) => shown.answer(text(choice.title) || text(choice.date), CONTENT.plain);
  return <Choices content={content} live={live} pick={pick} quick={message.templateType === 'QuickReply'} {...shown} />;
}

/** Nobody has said anything since: a choice is answered once. */
function isLast(item: Item, { chat }: Shown) {
  return !chat.timeline.items.some((other) => other.AbsoluteTime > item.AbsoluteTime && other.Type === 'MESSAGE') && chat.outbox.pending.length === 0;
}

function Choices({ content, live, pick, quick, words }: { content: Content; live: boolean; pick(choice: Element): void; quick?: boolean } & Shown) {
  const slots = content.timeslots;
  const elements = (slots ?? content.elements ?? []) as Element[];
  const label = (each: Element) => (slots && each.date ? when(each.date, words.tag) : text(each.title));
  return (
    <div>
      {text(content.title) && <Plain text={text(content.title)} />}
      {text(content.subtitle) && <p class="sub" dir="auto">{text(content.subtitle)}</p>}
      {live && <div class={quick ? 'choices quick' : 'choices'}>{elements.map((each, n) => (
        <button key={n} type="button" class="choice" onClick={() => pick(each)}><span dir="auto">{label(each)}</span>{!slots && each.subtitle && <small dir="auto">{text(each.subtitle)}</small>}</button>
      ))}</div>}
    </div>
  );
}

function when(date: string, tag: string) {
  const at = new Date(date);
  return Number.isNaN(+at) ? date : new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
}
