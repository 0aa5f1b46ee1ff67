// Interactive messages: lists, times, quick replies, panels, carousels, and views, each with what the customer can choose.

import { useEffect, useState } from 'preact/hooks';
import { Plain } from './markdown.tsx';
import type { Shown } from './item.tsx';
import { CONTENT, type Item } from './wire.ts';

interface Element { title?: string; subtitle?: string; duration?: number; date?: string }
interface Content {
  title?: string; subtitle?: string; elements?: (Element | { data?: { content?: Content }; templateIdentifier?: string })[]; timeslots?: Element[];
  viewToken?: string; viewData?: Record<string, unknown>;
}

const text = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

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

interface Field { Type?: string; _id?: string; Name?: string; Label?: string; DefaultValue?: unknown; Required?: boolean; InputType?: string; HelperText?: string; Options?: ({ Label?: string; Value?: string } | string)[] }

/** All fields of a view's data, however deep its sections are. */
function fieldsOf(value: unknown, depth = 0): Field[] {
  if (depth > 8 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => fieldsOf(each, depth + 1));
  const one = value as Record<string, unknown>;
  if (typeof one.Name === 'string' && (one.Label !== undefined || /Input|Area|Dropdown|Picker|Radio|Checkbox|Toggle/.test(text(one.Type)))) return [one as Field];
  return Object.values(one).flatMap((each) => fieldsOf(each, depth + 1));
}

const props = (value: unknown): unknown => (Array.isArray(value) ? value.map(props)
  : typeof value === 'object' && value !== null ? { ...(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, props(v)]))), ...((value as { Props?: object }).Props ?? {}) } : value);

function View({ content, live, chat, words, answer }: { content: Content; live: boolean } & Shown) {
  const [actions, setActions] = useState<string[]>([]);
  useEffect(() => {
    if (live && content.viewToken) chat.view(content.viewToken).then((view) => setActions(view.Content.Actions), () => setActions(['Submit']));
  }, [live, content.viewToken]);
  const data = content.viewData ?? {};
  const fields = fieldsOf(props(data.Sections ?? data.Fields ?? []));
  const cards = Array.isArray(data.Cards) ? (data.Cards as { Summary?: { Id?: string; Heading?: string }; }[]) : [];
  const send = (form: HTMLFormElement | null, action: string, more: object = {}) => {
    const values = form ? Object.fromEntries([...new FormData(form)].filter(([, v]) => typeof v === 'string')) : {};
    answer(JSON.stringify({ templateType: 'ViewResource', version: '1.0', action, data: { FormData: values, ...more } }), CONTENT.response);
  };
  const shownActions = actions.filter((action) => !['Back', 'CardSelected', 'ActionSelected'].includes(action));
  return (
    <form class="view" onSubmit={(event) => { event.preventDefault(); const by = (event as SubmitEvent).submitter as HTMLButtonElement | null; send(event.currentTarget as HTMLFormElement, by?.value || 'Submit'); }}>
      {text(data.Heading) && <p dir="auto"><strong>{text(data.Heading)}</strong></p>}
      {text(data.SubHeading) && <p class="sub" dir="auto">{text(data.SubHeading)}</p>}
      {live && fields.map((field) => <Input key={field.Name} field={field} />)}
      {live && cards.map((card, n) => (
        <button key={n} type="button" class="choice" onClick={() => send(null, 'CardSelected', { Card: card.Summary?.Id })}>{text(card.Summary?.Heading)}</button>
      ))}
      {live && <div class="choices quick">{shownActions.map((action) => <button key={action} class="choice" type="submit" value={action}>{action === 'Submit' ? words.t('submit') : action}</button>)}</div>}
    </form>
  );
}

const KINDS = ['email', 'number', 'tel', 'date', 'time', 'url'] as const;

function Input({ field }: { field: Field }) {
  const options = (field.Options ?? []).map((each) => (typeof each === 'string' ? { Label: each, Value: each } : each));
  const common = { name: field.Name, required: !!field.Required, maxLength: 1000 };
  return (
    <label class="field"><span dir="auto">{text(field.Label) || field.Name}</span>
      {options.length ? <select {...common}>{options.map((each) => <option key={each.Value} value={text(each.Value)}>{text(each.Label)}</option>)}</select>
        : /Area/.test(text(field.Type)) ? <textarea {...common} rows={3}>{text(field.DefaultValue)}</textarea>
          : <input {...common} {...({ type: KINDS.find((kind) => kind === field.InputType) ?? (/Date/.test(text(field.Type)) ? 'date' : 'text') } as object)} defaultValue={text(field.DefaultValue)} />}
    </label>
  );
}
