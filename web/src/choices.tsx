// What an interactive message asks and offers to choose: lists, times, quick replies, panels and carousels, as customers see them.

import './choices.css';
import { Plain } from './markdown.tsx';
import { textOf as text } from './view-parts.ts';

export interface Element {
  title?: string;
  subtitle?: string;
  duration?: number;
  date?: string;
}
export interface Card {
  templateType?: string;
  templateIdentifier?: string;
  data?: { content?: Content };
}
export interface Content {
  title?: string;
  subtitle?: string;
  elements?: (Element | Card)[];
  timeslots?: Element[];
  viewToken?: string;
  viewData?: Record<string, unknown>;
}
export interface InteractiveMessage {
  templateType?: string;
  data?: { content?: Content };
}

/** The message that a content holds; what cannot be read is one that asks nothing. */
export function messageIn(content: string | undefined): InteractiveMessage {
  try {
    return JSON.parse(content ?? '{}') as InteractiveMessage;
  } catch {
    return {};
  }
}

/** Pick gets the answer in the words of Amazon's own clients. */
export function Choices({
  message,
  live,
  tag,
  pick,
}: {
  message: InteractiveMessage;
  live: boolean;
  tag: string;
  pick(answer: string): void;
}) {
  const content = message.data?.content ?? {};
  if (message.templateType !== 'Carousel') {
    const quick = message.templateType === 'QuickReply';
    return (
      <Offered content={content} live={live} tag={tag} quick={quick} pick={(choice) => pick(text(choice.title) || text(choice.date))} />
    );
  }
  return (
    <div class={live ? 'cards' : 'cards done'}>
      {(content.elements ?? []).map((each, n) => {
        const card = each as Card;
        const inner = card.data?.content ?? {};
        const answer = (choice: Element) =>
          JSON.stringify({
            templateIdentifier: text(card.templateIdentifier),
            listTitle: text(inner.title),
            selectionText: text(choice.title),
          });
        return (
          <div key={n} class="card">
            <Offered content={inner} live={live} tag={tag} pick={(choice) => pick(answer(choice))} />
          </div>
        );
      })}
    </div>
  );
}

function Offered({
  content,
  live,
  pick,
  quick,
  tag,
}: {
  content: Content;
  live: boolean;
  tag: string;
  quick?: boolean;
  pick(choice: Element): void;
}) {
  const slots = content.timeslots;
  const elements = (slots ?? content.elements ?? []) as Element[];
  return (
    <div>
      {text(content.title) && <Plain text={text(content.title)} />}
      {text(content.subtitle) && (
        <p class="sub" dir="auto">
          {text(content.subtitle)}
        </p>
      )}
      {live && (
        <div class={quick ? 'choices quick' : 'choices'}>
          {elements.map((each, n) => (
            <button key={n} type="button" class="choice" onClick={() => pick(each)}>
              <span dir="auto">{slots && each.date ? slotTime(each.date, tag) : text(each.title)}</span>
              {!slots && each.subtitle && <small dir="auto">{text(each.subtitle)}</small>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** A slot's time in the words of a language, by the reader's clock. */
export function slotTime(date: string, tag: string) {
  const at = new Date(date);
  return Number.isNaN(+at)
    ? date
    : new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
}
