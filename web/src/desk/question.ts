// A question with choices while an agent makes it, and the interactive message that comes of it.

import type { Card as SentCard, InteractiveMessage } from '../choices.tsx';

export const KINDS = ['ListPicker', 'QuickReply', 'Panel', 'TimePicker', 'Carousel'] as const;
export type Kind = (typeof KINDS)[number];

export interface Choice {
  title: string;
  subtitle: string;
}
/** A time by this agent's clock, as a field for date and time has it, and how many minutes it takes. */
export interface Slot {
  at: string;
  minutes: number;
}
export interface Card {
  kind: 'ListPicker' | 'Panel';
  title: string;
  subtitle: string;
  choices: Choice[];
}
export interface Question {
  kind: Kind;
  title: string;
  subtitle: string;
  choices: Choice[];
  slots: Slot[];
  cards: Card[];
}

/** The server's limits: how many there are to choose from, and how long a title is. */
export const LIMITS: Record<Kind, { least: number; most: number; title: number }> = {
  ListPicker: { least: 1, most: 10, title: 5000 },
  Panel: { least: 1, most: 10, title: 5000 },
  QuickReply: { least: 2, most: 10, title: 200 },
  TimePicker: { least: 1, most: 40, title: 5000 },
  Carousel: { least: 2, most: 5, title: 5000 },
};

export const noChoice = (): Choice => ({ title: '', subtitle: '' });
export const noCard = (): Card => ({ kind: 'ListPicker', title: '', subtitle: '', choices: [noChoice(), noChoice()] });
export const noQuestion = (): Question => ({
  kind: 'ListPicker',
  title: '',
  subtitle: '',
  choices: [noChoice(), noChoice()],
  slots: [nextSlot([])],
  cards: [noCard(), noCard()],
});

const two = (n: number) => String(n).padStart(2, '0');
const field = (at: Date) =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** The slot after the last one, or the next full hour but one. */
export function nextSlot(slots: Slot[]): Slot {
  const last = slots.at(-1);
  const known = last ? Date.parse(last.at) : NaN;
  if (last && !Number.isNaN(known)) return { at: field(new Date(known + last.minutes * 60_000)), minutes: last.minutes };
  return { at: field(new Date(Math.ceil(Date.now() / 3_600_000 + 1) * 3_600_000)), minutes: 30 };
}

/** A slot's time with this clock's distance from UTC, as messages have it. */
function dated(at: string): string {
  const east = -new Date(at).getTimezoneOffset();
  return Number.isNaN(east)
    ? at
    : `${at.slice(0, 16)}${east < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
}

const some = (members: { [name: string]: string }) =>
  Object.fromEntries(
    Object.entries(members)
      .map(([k, v]) => [k, v.trim()])
      .filter(([k, v]) => v || k === 'title'),
  );

/** The message as it is sent. */
export function messageOf(asked: Question): InteractiveMessage & { version: string } {
  const about = some({ title: asked.title, subtitle: asked.subtitle });
  const content = {
    ListPicker: () => ({ ...about, elements: asked.choices.map((each) => some({ ...each })) }),
    Panel: () => ({ ...about, elements: asked.choices.map((each) => some({ ...each })) }),
    QuickReply: () => ({ ...about, elements: asked.choices.map(({ title }) => some({ title })) }),
    TimePicker: () => ({ ...about, timeslots: asked.slots.map((each) => ({ date: dated(each.at), duration: each.minutes * 60 })) }),
    Carousel: () => ({ ...some({ title: asked.title }), elements: asked.cards.map(cardOf) }),
  }[asked.kind]();
  return { templateType: asked.kind, version: '1.0', data: { content } };
}

function cardOf({ kind, title, subtitle, choices }: Card, n: number): SentCard & { version: string } {
  const content = { ...some({ title, subtitle }), elements: choices.map((each) => some({ ...each })) };
  return { templateIdentifier: `card-${n + 1}`, templateType: kind, version: '1.0', data: { content } };
}
