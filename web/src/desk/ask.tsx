// A question with choices is made: the form on one side, on the other what the customer will see.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Choices } from '../choices.tsx';
import { uuid } from '../wire.ts';
import type { Conversation } from './conversation.ts';
import { Modal } from './dialog.tsx';
import { Icon } from './icons.tsx';
import {
  KINDS,
  LIMITS,
  messageOf,
  nextSlot,
  noCard,
  noChoice,
  noQuestion,
  type Card,
  type Choice,
  type Kind,
  type Question,
  type Slot,
} from './question.ts';
import type { Key, Words } from './texts.ts';

const NAMES = {
  ListPicker: 'ask.list',
  QuickReply: 'ask.quick',
  Panel: 'ask.panel',
  TimePicker: 'ask.times',
  Carousel: 'ask.carousel',
} as const satisfies Record<Kind, Key>;

/** Rows that are added, removed and moved, by buttons and by Alt with an arrow; Enter goes on to the next, and makes one after the last. */
function Rows<T>({
  rows,
  label,
  add,
  least,
  most,
  blank,
  words,
  onChange,
  children,
}: {
  rows: T[];
  label(n: number): string;
  add: string;
  least: number;
  most: number;
  words: Words;
  blank(): T;
  onChange(rows: T[]): void;
  children(row: T, put: (row: T) => void, n: number): ComponentChildren;
}) {
  const box = useRef<HTMLOListElement>(null);
  const wanted = useRef(-1); // the row to type in, once it is there
  const focus = (n: number) => box.current?.children[n]?.querySelector<HTMLElement>('input')?.focus();
  useLayoutEffect(() => {
    if (wanted.current >= 0) focus(wanted.current);
    wanted.current = -1;
  });
  const more = () => {
    if (rows.length < most) {
      wanted.current = rows.length;
      onChange([...rows, blank()]);
    }
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= rows.length) return;
    const all = [...rows];
    all.splice(to, 0, ...all.splice(from, 1));
    wanted.current = to;
    onChange(all);
  };
  const remove = (n: number) => {
    wanted.current = Math.min(n, rows.length - 2);
    onChange(rows.filter((_, each) => each !== n));
  };
  const key = (event: KeyboardEvent, n: number) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) move(n, event.key === 'ArrowUp' ? n - 1 : n + 1);
    else if (typing && event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.isComposing)
      n + 1 < rows.length ? focus(n + 1) : more();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const tool = (icon: 'up' | 'down' | 'close', name: string, off: boolean, run: () => void) => (
    <button type="button" class="tool" aria-label={name} title={name} disabled={off} onClick={run}>
      <Icon name={icon} />
    </button>
  );
  return (
    <>
      <ol class="asked" ref={box}>
        {rows.map((row, n) => (
          <li key={n} onKeyDown={(event) => key(event, n)}>
            <div class="what">{children(row, (next) => onChange(rows.map((each, at) => (at === n ? next : each))), n)}</div>
            <div class="moves">
              {tool('up', words.t('moveUp', { name: label(n) }), n === 0, () => move(n, n - 1))}
              {tool('down', words.t('moveDown', { name: label(n) }), n === rows.length - 1, () => move(n, n + 1))}
              {tool('close', words.t('remove', { name: label(n) }), rows.length <= least, () => remove(n))}
            </div>
          </li>
        ))}
      </ol>
      <button type="button" class="plain" disabled={rows.length >= most} onClick={more}>
        <Icon name="plus" />
        {add}
      </button>
    </>
  );
}

interface Texted {
  title: string;
  subtitle: string;
}

/** Title and subtitle of something; quick replies have no subtitle of their own. */
function Texts<T extends Texted>({
  of,
  limit,
  label,
  words,
  bare,
  autofocus,
  onChange,
}: {
  of: T;
  limit: number;
  label: string;
  words: Words;
  bare?: boolean;
  autofocus?: boolean;
  onChange(next: T): void;
}) {
  return (
    <>
      <label class="field">
        <span>{label}</span>
        <input
          type="text"
          required
          maxLength={limit}
          value={of.title}
          dir="auto"
          autofocus={autofocus}
          onInput={(event) => onChange({ ...of, title: event.currentTarget.value })}
        />
      </label>
      {!bare && (
        <label class="field">
          <span>
            {words.t('ask.subtitle')} <em>{words.t('optional')}</em>
          </span>
          <input
            type="text"
            maxLength={limit}
            value={of.subtitle}
            dir="auto"
            onInput={(event) => onChange({ ...of, subtitle: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

function ChoiceRows({
  kind,
  choices,
  words,
  onChange,
}: {
  kind: Kind;
  choices: Choice[];
  words: Words;
  onChange(choices: Choice[]): void;
}) {
  const label = (n: number) => words.t('ask.choice', { n: n + 1 });
  return (
    <Rows rows={choices} label={label} add={words.t('ask.addChoice')} {...LIMITS[kind]} blank={noChoice} words={words} onChange={onChange}>
      {(each, put, n) => (
        <Texts of={each} limit={LIMITS[kind].title} label={label(n)} words={words} bare={kind === 'QuickReply'} onChange={put} />
      )}
    </Rows>
  );
}

function SlotRows({ slots, words, onChange }: { slots: Slot[]; words: Words; onChange(slots: Slot[]): void }) {
  const label = (n: number) => words.t('ask.time', { n: n + 1 });
  return (
    <Rows
      rows={slots}
      label={label}
      add={words.t('ask.addTime')}
      {...LIMITS.TimePicker}
      blank={() => nextSlot(slots)}
      words={words}
      onChange={onChange}
    >
      {(each, put, n) => (
        <>
          <label class="field">
            <span>{label(n)}</span>
            <input type="datetime-local" required value={each.at} onInput={(event) => put({ ...each, at: event.currentTarget.value })} />
          </label>
          <label class="field short">
            <span>{words.t('ask.minutes')}</span>
            <input
              type="number"
              required
              min={1}
              max={60}
              value={each.minutes}
              onInput={(event) => put({ ...each, minutes: Number(event.currentTarget.value) })}
            />
          </label>
        </>
      )}
    </Rows>
  );
}

function CardRows({ cards, words, onChange }: { cards: Card[]; words: Words; onChange(cards: Card[]): void }) {
  const label = (n: number) => words.t('ask.card', { n: n + 1 });
  return (
    <Rows rows={cards} label={label} add={words.t('ask.addCard')} {...LIMITS.Carousel} blank={noCard} words={words} onChange={onChange}>
      {(each, put, n) => (
        <fieldset>
          <legend>{label(n)}</legend>
          <Texts of={each} limit={LIMITS.Carousel.title} label={words.t('ask.title')} words={words} onChange={put} />
          <KindField kinds={['ListPicker', 'Panel']} kind={each.kind} words={words} onChange={(kind) => put({ ...each, kind })} />
          <ChoiceRows kind={each.kind} choices={each.choices} words={words} onChange={(choices) => put({ ...each, choices })} />
        </fieldset>
      )}
    </Rows>
  );
}

function KindField<K extends Kind>({
  kinds,
  kind,
  words,
  onChange,
}: {
  kinds: readonly K[];
  kind: K;
  words: Words;
  onChange(kind: K): void;
}) {
  return (
    <label class="field">
      <span>{words.t('kind')}</span>
      <select value={kind} onChange={(event) => onChange(event.currentTarget.value as K)}>
        {kinds.map((each) => (
          <option key={each} value={each}>
            {words.t(NAMES[each])}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Ask({ chat, words, onDone }: { chat: Conversation; words: Words; onDone(): void }) {
  const [asked, setAsked] = useState<Question>(chat.question ?? noQuestion);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const token = useRef(uuid()); // the same question is asked once, however often it is tried
  const form = useRef<HTMLFormElement>(null);
  const put = (more: Partial<Question>) => {
    chat.question = { ...asked, ...more };
    token.current = uuid();
    setAsked(chat.question);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await chat.ask(JSON.stringify(messageOf(asked)), token.current);
      chat.question = null;
      onDone();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setBusy(false);
    }
  };
  const { kind } = asked;
  return (
    <Modal label={words.t('ask')} onClose={onDone} kind="question">
      <form
        ref={form}
        onSubmit={(event) => void send(event)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            form.current!.requestSubmit();
          }
        }}
      >
        <header>
          <h2>{words.t('ask')}</h2>
          <p class="soft">{words.t('ask.keys')}</p>
        </header>
        <div class="sides">
          <div class="fields">
            <KindField kinds={KINDS} kind={kind} words={words} onChange={(next) => put({ kind: next })} />
            {kind === 'Carousel' ? (
              <label class="field">
                <span>
                  {words.t('ask.title')} <em>{words.t('optional')}</em>
                </span>
                <input
                  type="text"
                  value={asked.title}
                  maxLength={LIMITS.Carousel.title}
                  dir="auto"
                  autofocus
                  onInput={(event) => put({ title: event.currentTarget.value })}
                />
              </label>
            ) : (
              <Texts of={asked} limit={LIMITS[kind].title} label={words.t('ask.title')} words={words} autofocus onChange={put} />
            )}
            {kind === 'TimePicker' ? (
              <SlotRows slots={asked.slots} words={words} onChange={(slots) => put({ slots })} />
            ) : kind === 'Carousel' ? (
              <CardRows cards={asked.cards} words={words} onChange={(cards) => put({ cards })} />
            ) : (
              <ChoiceRows kind={kind} choices={asked.choices} words={words} onChange={(choices) => put({ choices })} />
            )}
          </div>
          <aside class="shown" aria-label={words.t('ask.preview')}>
            <h3>{words.t('ask.preview')}</h3>
            <div class="bubble" inert>
              <Choices message={messageOf(asked)} live tag={words.tag} pick={() => {}} />
            </div>
          </aside>
        </div>
        {error && (
          <p class="error" role="alert" dir="auto">
            {error}
          </p>
        )}
        <div class="answers">
          <button type="button" class="plain" onClick={onDone}>
            {words.t('cancel')}
          </button>
          <button type="submit" class="main" disabled={busy}>
            <Icon name="send" />
            {words.t('send')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
