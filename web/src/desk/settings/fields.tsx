// What a setting's form asks for, each kind of value by its own control.

import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Key, Words } from '../texts.ts';
import { KINDS, type Field, type KindName, type Listed, type Served, type Values } from './kinds.ts';

interface Props { session: Session; words: Words; field: Field; values: Values; onChange(value: unknown): void }

function useListed(session: Session, kind: KindName | null): Listed[] {
  const [found, setFound] = useState<Listed[]>([]);
  useEffect(() => { if (kind) KINDS[kind].list(session).then(setFound, () => {}); }, [kind]);
  return found;
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
interface Time { Hours: number; Minutes: number }
interface Open { Day: string; StartTime: Time; EndTime: Time }
const shown = ({ Hours, Minutes }: Time) => `${String(Hours).padStart(2, '0')}:${String(Minutes).padStart(2, '0')}`;
const time = (value: string): Time => ({ Hours: Number(value.slice(0, 2)), Minutes: Number(value.slice(3, 5)) });

function Hours({ words, values, field, onChange }: Props) {
  const all = (values[field.name] as Open[] | undefined) ?? [];
  const day = (name: string) => new Intl.DateTimeFormat(words.tag, { weekday: 'long' }).format(new Date(2024, 0, 1 + DAYS.indexOf(name)));
  const put = (n: number, one: Partial<Open>) => onChange(all.map((each, at) => (at === n ? { ...each, ...one } : each)));
  const add = (Day: string) => onChange([...all, { Day, StartTime: { Hours: 9, Minutes: 0 }, EndTime: { Hours: 17, Minutes: 0 } }]);
  return (
    <div class="hours" role="group" aria-label={words.t(field.label)}>
      {DAYS.map((name) => {
        const spans = all.map((each, n) => ({ each, n })).filter(({ each }) => each.Day === name);
        return (
          <div key={name}><b>{day(name)}</b><div class="spans">
            {spans.map(({ each, n }) => (
              <span key={n} class="times"><input type="time" required aria-label={`${day(name)}, ${words.t('from')}`} value={shown(each.StartTime)} onInput={(event) => put(n, { StartTime: time(event.currentTarget.value) })} />–
                <input type="time" required aria-label={`${day(name)}, ${words.t('to')}`} value={shown(each.EndTime)} onInput={(event) => put(n, { EndTime: time(event.currentTarget.value) })} />
                <button type="button" class="tool" aria-label={words.t('remove', { name: day(name) })} onClick={() => onChange(all.filter((_, at) => at !== n))}><Icon name="close" /></button></span>
            ))}
            {spans.length === 0 && <span class="soft">{words.t('closed')}</span>}
            <button type="button" class="tool" aria-label={`${words.t('add')}: ${day(name)}`} onClick={() => add(name)}><Icon name="plus" /></button>
          </div></div>
        );
      })}
    </div>
  );
}

function Queues({ session, words, values, field, onChange }: Props) {
  const queues = useListed(session, 'queues');
  const all = (values[field.name] as Served[] | undefined) ?? [];
  const put = (n: number, one: Partial<Served>) => onChange(all.map((each, at) => (at === n ? { ...each, ...one } : each)));
  const left = queues.filter((each) => !all.some((one) => one.QueueId === each.id));
  return (
    <table class="served"><thead><tr><th>{words.t('queue')}</th><th>{words.t('priority')}</th><th>{words.t('delay')}</th><th><span class="unseen">{words.t('remove', { name: '' })}</span></th></tr></thead>
      <tbody>
        {all.map((each, n) => {
          const name = queues.find((one) => one.id === each.QueueId)?.name ?? each.QueueId;
          return (
            <tr key={each.QueueId}><td dir="auto">{name}</td>
              <td><input type="number" min={1} max={99} required aria-label={`${words.t('priority')}: ${name}`} value={each.Priority} onInput={(event) => put(n, { Priority: Number(event.currentTarget.value) })} /></td>
              <td><input type="number" min={0} max={9999} required aria-label={`${words.t('delay')}: ${name}`} value={each.Delay} onInput={(event) => put(n, { Delay: Number(event.currentTarget.value) })} /></td>
              <td><button type="button" class="tool" aria-label={words.t('remove', { name })} onClick={() => onChange(all.filter((_, at) => at !== n))}><Icon name="close" /></button></td></tr>
          );
        })}
        {left.length > 0 && <tr><td colSpan={4}><select aria-label={words.t('add')} value="" onChange={(event) => { if (event.currentTarget.value) onChange([...all, { QueueId: event.currentTarget.value, Priority: 1, Delay: 0 }]); }}>
          <option value="">{words.t('add')} …</option>{left.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}</select></td></tr>}
      </tbody></table>
  );
}

function Select({ session, words, field, values, onChange }: Props) {
  const { input } = field;
  if (input.type !== 'select') return null;
  const named = useListed(session, typeof input.of === 'string' ? input.of : null);
  const choices = typeof input.of === 'string' ? named.filter((each) => !input.when || input.when(each)).map((each) => ({ value: each.id, text: each.name }))
    : input.of.map((each) => ({ value: each.value, text: each.key ? words.t(each.key) : each.text ?? each.value }));
  const value = String(values[field.name] ?? '');
  return (
    <select value={value} required={field.required} onChange={(event) => onChange(event.currentTarget.value)}>
      {(value === '' || !field.required) && <option value="">{words.t(field.required ? 'choose' : 'none')}</option>}
      {choices.map((each) => <option key={each.value} value={each.value}>{each.text}</option>)}
    </select>
  );
}

const zones = () => { try { return Intl.supportedValuesOf('timeZone'); } catch { return ['UTC']; } };

function Control(props: Props) {
  const { field, values, onChange } = props;
  const value = values[field.name];
  const text = { value: String(value ?? ''), required: field.required, onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) };
  switch (field.input.type) {
    case 'select': return <Select {...props} />;
    case 'area': return <textarea rows={6} maxLength={field.input.max ?? 16384} dir="auto" {...text} />;
    case 'email': return <input type="email" maxLength={255} {...text} />;
    case 'password': return <input type="password" minLength={8} maxLength={64} autocomplete="new-password" {...text} />;
    case 'number': return <input type="number" min={field.input.least} max={field.input.most} required={field.required} value={String(value ?? '')} onInput={(event) => onChange(event.currentTarget.value === '' ? '' : Number(event.currentTarget.value))} />;
    case 'list': return <textarea rows={3} dir="auto" value={((value as string[] | undefined) ?? []).join('\n')} onInput={(event) => onChange(event.currentTarget.value.split('\n').map((line) => line.trim()).filter(Boolean))} />;
    case 'zone': return <><input type="text" list="zones" {...text} /><datalist id="zones">{zones().map((each) => <option key={each} value={each} />)}</datalist></>;
    default: return <input type="text" maxLength={('max' in field.input ? field.input.max : undefined) ?? 250} dir="auto" {...text} />;
  }
}

export function FieldOf(props: Props) {
  const { words, field, values, onChange } = props;
  const help = field.help && <small>{words.t(field.help as Key)}</small>;
  switch (field.input.type) {
    case 'check': return <label class="check"><input type="checkbox" checked={!!values[field.name]} onChange={(event) => onChange(event.currentTarget.checked)} />{words.t(field.label)}{help}</label>;
    case 'hours': return <fieldset class="field"><legend>{words.t(field.label)}</legend><Hours {...props} /></fieldset>;
    case 'queues': return <fieldset class="field"><legend>{words.t(field.label)}</legend><Queues {...props} /></fieldset>;
    default: return <label class="field"><span>{words.t(field.label)}{!field.required && <em> {words.t('optional')}</em>}</span><Control {...props} />{help}</label>;
  }
}
