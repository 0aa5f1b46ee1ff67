// The chain of a customer's contacts as a picture: newest chat on top, its contacts in their order, what each chat continues, and what was left behind.

import type { Chained, ContactRecord, Link } from './desk.ts';
import { via } from './rows.tsx';
import type { Words } from './texts.ts';

const WIDTH = 284;
const NODE = 50;
const GAP = 14;
const PAD = 26;
const BETWEEN = 34;

interface Placed {
  contact: ContactRecord;
  x: number;
  y: number;
  name: string;
}

function describe(one: ContactRecord, words: Words): [string, string] {
  const from = Date.parse(one.InitiationTimestamp);
  const length = one.DisconnectTimestamp
    ? words.span(Date.parse(one.DisconnectTimestamp) - from)
    : words.t(one.Agent ? 'connected' : 'waiting');
  return [
    [one.Agent?.DisplayName ?? via(one.InitiationMethod, words), one.Queue?.Name].filter(Boolean).join(' · '),
    [words.clock(from), length, one.Disposition?.Code].filter(Boolean).join(' · '),
  ];
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function Node({ at, present, words, onOpen }: { at: Placed; present: boolean; words: Words; onOpen(id: string): void }) {
  const { contact, x, y, name } = at;
  const [first, second] = describe(contact, words);
  const open = () => onOpen(contact.ContactId);
  return (
    <g
      class={`node${present ? ' present' : ''}${contact.Dropped ? ' dropped' : ''}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={0}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          open();
        }
      }}
    >
      <rect width={WIDTH - 40} height={NODE} rx="10" />
      <text class="number" x="12" y="30">
        {name}
      </text>
      <text class="type" x="46" y="21">
        {cut(first, 27)}
      </text>
      <text class="what" x="46" y="38">
        {cut(contact.Dropped ? `${second} · ${words.t('dropped')}` : second, 34)}
      </text>
    </g>
  );
}

export function Chain({ chats, present, words, onOpen }: { chats: Chained[]; present: string; words: Words; onOpen(id: string): void }) {
  const places = new Map<string, Placed>();
  const groups: { chat: Chained; y: number; height: number }[] = [];
  let y = 4;
  for (const chat of chats) {
    const height = PAD + chat.Contacts.length * (NODE + GAP);
    groups.push({ chat, y, height });
    chat.Contacts.forEach((contact, n) =>
      places.set(contact.ContactId, { contact, x: 12, y: y + PAD + n * (NODE + GAP), name: `C${n + 1}` }),
    );
    y += height + BETWEEN;
  }
  const link = ({ y: top, height }: { y: number; height: number }, to: Link, n: number) => {
    const target = places.get(to.ContactId);
    const from = top + height;
    const [endX, endY] = target ? [target.x + WIDTH - 40, target.y + NODE / 2] : [WIDTH / 2, from + BETWEEN - 6];
    const bend = WIDTH - 8;
    return (
      <g key={`link${n}`} class="link">
        <path
          d={
            target
              ? `M${WIDTH - 60} ${from}C${WIDTH - 60} ${from + 20} ${bend} ${endY - 30} ${bend} ${endY - 12}Q${bend} ${endY} ${endX + 2} ${endY}`
              : `M${WIDTH / 2} ${from}V${endY}`
          }
          marker-end="url(#back)"
        />
        <text x="14" y={from + 21}>
          {to.RehydrationType === 'FROM_SEGMENT' ? words.t('fromSegment') : words.t('entirePast')}
        </text>
      </g>
    );
  };
  y -= BETWEEN - 8;
  return (
    <svg class="chain" width={WIDTH} height={y} viewBox={`0 0 ${WIDTH} ${y}`} role="group" aria-label={words.t('chain')}>
      <defs>
        <marker id="back" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0l8 4-8 4z" />
        </marker>
      </defs>
      {groups.map((group, n) => (
        <g key={group.chat.InitialContactId}>
          <rect class="chat" x="1" y={group.y} width={WIDTH - 18} height={group.height} rx="14" />
          <text class="date" x="14" y={group.y + 18}>
            {words.date(group.chat.StartTimestamp)}
          </text>
          {group.chat.Contacts.slice(1).map((_, at) => (
            <path
              key={at}
              class="next"
              d={`M${WIDTH / 2 - 10} ${group.y + PAD + at * (NODE + GAP) + NODE}v${GAP - 2}`}
              marker-end="url(#back)"
            />
          ))}
          {group.chat.Continues && link(group, group.chat.Continues, n)}
        </g>
      ))}
      {[...places.values()].map((at) => (
        <Node key={at.contact.ContactId} at={at} present={at.contact.ContactId === present} words={words} onOpen={onOpen} />
      ))}
    </svg>
  );
}
