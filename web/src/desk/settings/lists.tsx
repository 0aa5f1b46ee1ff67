// Controls for what a setting has several of: hours and days that differ, queues, skills, and anything chosen from another kind.

import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import type { Listed } from './kind.ts';
import { KINDS, type KindName } from './kinds.ts';
import { predefined, type Skill } from './people-kinds.ts';
import type { Open, Override, Served, Time } from './routing-kinds.ts';

interface Of<T> {
  session: Session;
  words: Words;
  value: T[];
  onChange(value: T[]): void;
}

export function useListed(session: Session, kind: KindName | null): Listed[] {
  const [found, setFound] = useState<Listed[]>([]);
  useEffect(() => {
    if (kind) KINDS[kind].list(session).then(setFound, () => {});
  }, [kind]);
  return found;
}

const without = <T,>(all: T[], n: number) => all.filter((_, at) => at !== n);
const changedAt = <T,>(all: T[], n: number, one: Partial<T>) => all.map((each, at) => (at === n ? { ...each, ...one } : each));

function Remove({ words, name, onRemove }: { words: Words; name: string; onRemove(): void }) {
  return (
    <button type="button" class="tool" aria-label={words.t('remove', { name })} onClick={onRemove}>
      <Icon name="close" />
    </button>
  );
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const shown = ({ Hours, Minutes }: Time) => `${String(Hours).padStart(2, '0')}:${String(Minutes).padStart(2, '0')}`;
const time = (value: string): Time => ({ Hours: Number(value.slice(0, 2)), Minutes: Number(value.slice(3, 5)) });
const working = (Day: string): Open => ({ Day, StartTime: { Hours: 9, Minutes: 0 }, EndTime: { Hours: 17, Minutes: 0 } });

export function Hours({ words, label, value, onChange }: Of<Open> & { label: string }) {
  const day = (name: string) => new Intl.DateTimeFormat(words.tag, { weekday: 'long' }).format(new Date(2024, 0, 1 + DAYS.indexOf(name)));
  const at = (n: number, end: 'StartTime' | 'EndTime', name: string, to: 'from' | 'to') => (
    <input
      type="time"
      required
      aria-label={`${day(name)}, ${words.t(to)}`}
      value={shown(value[n][end])}
      onInput={(event) => onChange(changedAt(value, n, { [end]: time(event.currentTarget.value) }))}
    />
  );
  return (
    <div class="hours" role="group" aria-label={label}>
      {DAYS.map((name) => {
        const spans = value.map((each, n) => ({ each, n })).filter(({ each }) => each.Day === name);
        return (
          <div key={name}>
            <b>{day(name)}</b>
            <div class="spans">
              {spans.map(({ n }) => (
                <span key={n} class="times">
                  {at(n, 'StartTime', name, 'from')}–{at(n, 'EndTime', name, 'to')}
                  <Remove words={words} name={day(name)} onRemove={() => onChange(without(value, n))} />
                </span>
              ))}
              {spans.length === 0 && <span class="soft">{words.t('closed')}</span>}
              <button
                type="button"
                class="tool"
                aria-label={`${words.t('add')}: ${day(name)}`}
                onClick={() => onChange([...value, working(name)])}
              >
                <Icon name="plus" />
              </button>
            </div>
          </div>
        );
      })}
    </div>
  );
}

/** Days on which the hours are others: closed, or hours of their own. */
export function Overrides(props: Of<Override>) {
  const { words, value, onChange } = props;
  const put = (n: number, one: Partial<Override>) => onChange(changedAt(value, n, one));
  const today = new Date().toLocaleDateString('sv');
  const text = (n: number, name: 'From' | 'Till', key: 'fromDate' | 'tillDate') => (
    <label class="field">
      <span>{words.t(key)}</span>
      <input
        type="date"
        required
        min={name === 'Till' ? value[n].From : undefined}
        value={value[n][name]}
        onInput={(event) => put(n, { [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="overrides">
      {value.map((each, n) => (
        <div key={each.Id || n} class="override" role="group" aria-label={each.Name || words.t('override')}>
          <label class="field">
            <span>{words.t('nameOfIt')}</span>
            <input
              type="text"
              required
              maxLength={127}
              dir="auto"
              value={each.Name}
              onInput={(event) => put(n, { Name: event.currentTarget.value })}
            />
          </label>
          {text(n, 'From', 'fromDate')}
          {text(n, 'Till', 'tillDate')}
          <Remove words={words} name={each.Name || words.t('override')} onRemove={() => onChange(without(value, n))} />
          <label class="check">
            <input
              type="checkbox"
              checked={each.Config.length === 0}
              onChange={(event) => put(n, { Config: event.currentTarget.checked ? [] : DAYS.map(working) })}
            />
            {words.t('closedAllDay')}
          </label>
          {each.Config.length > 0 && <Hours {...props} label={each.Name} value={each.Config} onChange={(Config) => put(n, { Config })} />}
        </div>
      ))}
      <button type="button" class="add" onClick={() => onChange([...value, { Id: '', Name: '', From: today, Till: today, Config: [] }])}>
        <Icon name="plus" />
        {words.t('addOverride')}
      </button>
    </div>
  );
}

function Adding({ words, left, onAdd }: { words: Words; left: Listed[]; onAdd(id: string): void }) {
  if (left.length === 0) return null;
  return (
    <select
      aria-label={words.t('add')}
      value=""
      onChange={(event) => {
        if (event.currentTarget.value) onAdd(event.currentTarget.value);
      }}
    >
      <option value="">{words.t('add')} …</option>
      {left.map((each) => (
        <option key={each.id} value={each.id}>
          {each.name}
        </option>
      ))}
    </select>
  );
}

export function Queues({ session, words, value, onChange }: Of<Served>) {
  const queues = useListed(session, 'queues');
  const number = (n: number, name: string, of: 'Priority' | 'Delay', least: number, most: number) => (
    <input
      type="number"
      min={least}
      max={most}
      required
      aria-label={`${words.t(of === 'Priority' ? 'priority' : 'delay')}: ${name}`}
      value={value[n][of]}
      onInput={(event) => onChange(changedAt(value, n, { [of]: Number(event.currentTarget.value) }))}
    />
  );
  return (
    <table class="served">
      <thead>
        <tr>
          <th>{words.t('queue')}</th>
          <th>{words.t('priority')}</th>
          <th>{words.t('delay')}</th>
          <th>
            <span class="unseen">{words.t('remove', { name: '' })}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {value.map((each, n) => {
          const name = queues.find((one) => one.id === each.QueueId)?.name ?? each.QueueId;
          return (
            <tr key={each.QueueId}>
              <td dir="auto">{name}</td>
              <td>{number(n, name, 'Priority', 1, 99)}</td>
              <td>{number(n, name, 'Delay', 0, 9999)}</td>
              <td>
                <Remove words={words} name={name} onRemove={() => onChange(without(value, n))} />
              </td>
            </tr>
          );
        })}
        <tr>
          <td colSpan={4}>
            <Adding
              words={words}
              left={queues.filter((each) => !value.some((one) => one.QueueId === each.id))}
              onAdd={(QueueId) => onChange([...value, { QueueId, Priority: 1, Delay: 0 }])}
            />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** Some settings of another kind. */
export function Some({ session, words, of, value, onChange }: Of<string> & { of: KindName }) {
  const found = useListed(session, of);
  return (
    <div class="some">
      {value.length > 0 && (
        <ul class="tags">
          {value.map((id, n) => {
            const name = found.find((one) => one.id === id)?.name ?? id;
            return (
              <li key={id}>
                <span dir="auto">{name}</span>
                <button type="button" aria-label={words.t('remove', { name })} onClick={() => onChange(without(value, n))}>
                  <Icon name="close" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <Adding words={words} left={found.filter((each) => !value.includes(each.id))} onAdd={(id) => onChange([...value, id])} />
    </div>
  );
}

/** What somebody is good at, and how good. */
export function Skills({ session, words, value, onChange }: Of<Skill>) {
  const named = useListed(session, 'predefined');
  const [values, setValues] = useState<Record<string, string[]>>({});
  useEffect(() => {
    for (const { id } of named) {
      void predefined.read(session, id).then(
        (found) => setValues((old) => ({ ...old, [id]: found.Values as string[] })),
        () => {},
      );
    }
  }, [named]);
  const has = (AttributeName: string, AttributeValue: string) =>
    value.some((each) => each.AttributeName === AttributeName && each.AttributeValue === AttributeValue);
  const left = named.flatMap(({ id }) =>
    (values[id] ?? []).filter((each) => !has(id, each)).map((each) => ({ id: JSON.stringify([id, each]), name: `${id}: ${each}` })),
  );
  const add = (id: string) => {
    const [AttributeName, AttributeValue] = JSON.parse(id) as [string, string];
    onChange([...value, { AttributeName, AttributeValue, Level: 3 }]);
  };
  return (
    <div class="some">
      {value.map((each, n) => {
        const name = `${each.AttributeName}: ${each.AttributeValue}`;
        return (
          <div key={name} class="skill">
            <span dir="auto">{name}</span>
            <select
              aria-label={`${words.t('level')}: ${name}`}
              value={String(each.Level)}
              onChange={(event) => onChange(changedAt(value, n, { Level: Number(event.currentTarget.value) }))}
            >
              {[1, 2, 3, 4, 5].map((level) => (
                <option key={level} value={String(level)}>
                  {level}
                </option>
              ))}
            </select>
            <Remove words={words} name={name} onRemove={() => onChange(without(value, n))} />
          </div>
        );
      })}
      <Adding words={words} left={left} onAdd={add} />
      {named.length === 0 && <a href="#/settings/predefined">{words.t('attributesFirst')}</a>}
    </div>
  );
}
