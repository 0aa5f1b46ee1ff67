// What a setting's form asks for, each kind of value by its own control.

import { useState } from 'preact/hooks';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import type { Field, Values } from './kind.ts';
import { Hours, Overrides, Queues, Skills, Some, useListed } from './lists.tsx';

interface Props {
  session: Session;
  words: Words;
  field: Field;
  values: Values;
  onChange(value: unknown): void;
}

function Select({ session, words, field, values, onChange }: Props) {
  const { input } = field;
  const named = useListed(session, input.type === 'select' && typeof input.of === 'string' ? input.of : null);
  if (input.type !== 'select') return null;
  const choices =
    typeof input.of === 'string'
      ? named.filter((each) => !input.when || input.when(each)).map((each) => ({ value: each.id, text: each.name }))
      : input.of.map((each) => ({ value: each.value, text: each.key ? words.t(each.key) : (each.text ?? each.value) }));
  const value = String(values[field.name] ?? '');
  return (
    <select value={value} required={field.required} onChange={(event) => onChange(event.currentTarget.value)}>
      {(value === '' || !field.required) && <option value="">{words.t(field.required ? 'choose' : 'none')}</option>}
      {/* what is chosen stays chosen while the choices are still being read, or where it is none of them any more */}
      {value && !choices.some((each) => each.value === value) && <option value={value}>…</option>}
      {choices.map((each) => (
        <option key={each.value} value={each.value}>
          {each.text}
        </option>
      ))}
    </select>
  );
}

/** A colour, or none: then it is the one that the widget has by itself. */
function Colour({ words, field, values, onChange }: Props) {
  const value = String(values[field.name] ?? '');
  const { plain } = field.input as { plain: string };
  return (
    <span class="colour">
      <input
        type="color"
        value={value || plain}
        aria-label={words.t(field.label)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <input
        type="text"
        value={value}
        pattern="#[0-9a-fA-F]{6}"
        placeholder={plain}
        maxLength={7}
        dir="ltr"
        aria-label={`${words.t(field.label)}, #RRGGBB`}
        onInput={(event) => onChange(event.currentTarget.value.trim())}
      />
    </span>
  );
}

const PICTURE = 48 * 1024; // bytes: as much as a widget may carry along

function Picture({ words, field, values, onChange }: Props) {
  const [error, setError] = useState('');
  const value = String(values[field.name] ?? '');
  const take = (file: File | undefined) => {
    setError('');
    if (!file) return;
    if (file.size > PICTURE) {
      setError(words.t('pictureLarge'));
      return;
    }
    const reader = new FileReader();
    reader.onload = () => onChange(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <span class="picture">
      {value && (
        <>
          <img src={value} alt="" />
          <button type="button" class="plain" onClick={() => onChange('')}>
            {words.t('remove', { name: words.t(field.label) })}
          </button>
        </>
      )}
      <input
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp,image/svg+xml"
        aria-label={words.t(field.label)}
        onChange={(event) => take(event.currentTarget.files?.[0])}
      />
      {error && (
        <span class="error" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}

const zones = () => {
  try {
    return Intl.supportedValuesOf('timeZone');
  } catch {
    return ['UTC'];
  }
};
const lines = (value: string) =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** One value to a line. What is typed stays as it is typed. */
function Lines({ field, values, onChange }: Props) {
  const value = (values[field.name] as string[] | undefined) ?? [];
  const [typed, setTyped] = useState<string | null>(null);
  const now = typed !== null && lines(typed).join('\n') === value.join('\n') ? typed : value.join('\n');
  const hint = field.input.type === 'list' ? field.input.hint : undefined;
  return (
    <textarea
      rows={3}
      dir="auto"
      placeholder={hint}
      value={now}
      onInput={(event) => {
        setTyped(event.currentTarget.value);
        onChange(lines(event.currentTarget.value));
      }}
    />
  );
}

function Control(props: Props) {
  const { field, values, onChange } = props;
  const { input } = field;
  const value = values[field.name];
  const text = {
    value: String(value ?? ''),
    required: field.required,
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  switch (input.type) {
    case 'select':
      return <Select {...props} />;
    case 'area':
      return <textarea rows={6} maxLength={input.max ?? 16384} dir="auto" {...text} />;
    case 'code':
      return <textarea rows={14} class="json" spellcheck={false} dir="ltr" {...text} />;
    case 'email':
      return <input type="email" maxLength={255} {...text} />;
    case 'password':
      return <input type="password" minLength={8} maxLength={64} autocomplete="new-password" {...text} />;
    case 'number':
      return (
        <input
          type="number"
          min={input.least}
          max={input.most}
          required={field.required}
          value={String(value ?? '')}
          onInput={(event) => onChange(event.currentTarget.value === '' ? '' : Number(event.currentTarget.value))}
        />
      );
    case 'list':
      return <Lines {...props} />;
    case 'zone':
      return (
        <>
          <input type="text" list="zones" {...text} />
          <datalist id="zones">
            {zones().map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      );
    default:
      return <input type="text" maxLength={('max' in input ? input.max : undefined) ?? 250} dir="auto" {...text} />;
  }
}

/** The control of a value that has several parts, if it is one. */
function Parts(props: Props) {
  const { words, field, values } = props;
  const of = { ...props, value: (values[field.name] as never[] | undefined) ?? [] };
  switch (field.input.type) {
    case 'hours':
      return <Hours {...of} label={words.t(field.label)} />;
    case 'overrides':
      return <Overrides {...of} />;
    case 'queues':
      return <Queues {...of} />;
    case 'skills':
      return <Skills {...of} />;
    case 'some':
      return <Some {...of} of={field.input.of} />;
    case 'colour':
      return <Colour {...props} />;
    case 'picture':
      return <Picture {...props} />;
    default:
      return null;
  }
}

const PARTS = ['hours', 'overrides', 'queues', 'skills', 'some', 'colour', 'picture'];

export function FieldOf(props: Props) {
  const { words, field, values, onChange } = props;
  const help = field.help && <small>{words.t(field.help)}</small>;
  const label = words.t(field.label);
  if (field.input.type === 'check') {
    return (
      <label class="check">
        <input type="checkbox" checked={!!values[field.name]} onChange={(event) => onChange(event.currentTarget.checked)} />
        <span>
          {label}
          {help}
        </span>
      </label>
    );
  }
  const optional = !field.required && <em> {words.t('optional')}</em>;
  if (PARTS.includes(field.input.type))
    return (
      <fieldset class="field">
        <legend>{label}</legend>
        <Parts {...props} />
        {help}
      </fieldset>
    );
  return (
    <label class="field">
      <span>
        {label}
        {optional}
      </span>
      <Control {...props} />
      {help}
    </label>
  );
}
