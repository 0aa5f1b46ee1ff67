// A view that a flow shows: what it says, what can be filled in and chosen, and the buttons that answer it.

import { useEffect, useState } from 'preact/hooks';
import { Plain } from './markdown.tsx';
import type { Shown } from './item.tsx';
import { buttonsOf, partsOf, textOf, type Choice, type Field, type Part } from './view-parts.ts';
import { CONTENT } from './wire.ts';

interface Content {
  viewToken?: string;
  viewData?: Record<string, unknown>;
}

/** As long as nobody knows better, it can be sent. */
const PLAIN = { Actions: ['Submit'], Template: '' };

export function View({ content, live, chat, words, answer }: { content: Content; live: boolean } & Shown) {
  const [view, setView] = useState<typeof PLAIN | null>(null);
  const [opened, setOpened] = useState<Choice | null>(null);
  useEffect(() => {
    if (live && content.viewToken)
      chat.view(content.viewToken).then(
        ({ Content: is }) => setView({ ...PLAIN, ...is }),
        () => setView(PLAIN),
      );
  }, [live, content.viewToken]);
  const data = content.viewData ?? {};
  const parts = live && view ? (opened?.more ?? partsOf(data, view.Template)) : [];
  const buttons = live && view && !opened ? buttonsOf(view.Actions, data, view.Template, words.t('submit')) : [];
  const send = (action: string, values: object) =>
    answer(JSON.stringify({ templateType: 'ViewResource', version: '1.0', action, data: values }), CONTENT.response);
  const choose = (choice: Choice) => (choice.more.length ? setOpened(choice) : send(choice.action, choice.data));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const by = event.submitter as HTMLButtonElement | null;
    const values = [...new FormData(event.currentTarget as HTMLFormElement)].filter(([, value]) => typeof value === 'string');
    send(by?.value || 'Submit', { FormData: Object.fromEntries(values) });
  };
  return (
    <form class="view" onSubmit={submit}>
      {textOf(data.Heading) && (
        <p dir="auto">
          <strong>{textOf(data.Heading)}</strong>
        </p>
      )}
      {textOf(data.SubHeading) && (
        <p class="sub" dir="auto">
          {textOf(data.SubHeading)}
        </p>
      )}
      {textOf(data.Description) && <Plain text={textOf(data.Description)} />}
      {textOf(data.ErrorText) && live && (
        <p class="wrong" role="alert" dir="auto">
          {textOf(data.ErrorText)}
        </p>
      )}
      {parts.map((part, n) => (
        <One key={n} part={part} choose={choose} />
      ))}
      {live && opened && (
        <div class="choices quick">
          <button class="choice" type="button" onClick={() => setOpened(null)}>
            {words.t('back')}
          </button>
        </div>
      )}
      {buttons.length > 0 && (
        <div class="choices quick">
          {buttons.map(({ action, label }) => (
            <button key={action} class="choice" type="submit" value={action} formNoValidate={!['Submit', 'Next'].includes(action)}>
              <span dir="auto">{label}</span>
            </button>
          ))}
        </div>
      )}
    </form>
  );
}

function One({ part, choose }: { part: Part; choose(choice: Choice): void }) {
  if ('heading' in part)
    return (
      <p class="over" dir="auto">
        {part.heading}
      </p>
    );
  if ('text' in part) return <Plain text={part.text} />;
  if ('field' in part) return <Input field={part.field} />;
  const { title, note } = part.choice;
  return (
    <button type="button" class="choice" onClick={() => choose(part.choice)}>
      <span dir="auto">{title}</span>
      {note && <small dir="auto">{note}</small>}
    </button>
  );
}

const KINDS = ['email', 'number', 'tel', 'date', 'time', 'url', 'password'] as const;

function kindOf({ kind, type }: Field) {
  return KINDS.find((each) => each === kind) ?? (/Date/.test(type) ? 'date' : /Time/.test(type) ? 'time' : 'text');
}

function Input({ field }: { field: Field }) {
  const { name, label, type, value, required, help, options } = field;
  const common = { name, required };
  if (/Checkbox|Toggle/.test(type) && !options.length) {
    return (
      <label class="field tick">
        <input {...common} type="checkbox" value="true" defaultChecked={value === 'true'} />
        <span dir="auto">{label}</span>
      </label>
    );
  }
  return (
    <label class="field">
      <span dir="auto">{label}</span>
      {options.length ? (
        <select {...common}>
          {options.map((each) => (
            <option key={each.value} value={each.value} selected={each.value === value}>
              {each.label}
            </option>
          ))}
        </select>
      ) : /Area/.test(type) ? (
        <textarea {...common} maxLength={1000} rows={3}>
          {value}
        </textarea>
      ) : (
        <input {...common} {...({ type: kindOf(field) } as object)} maxLength={1000} defaultValue={value} />
      )}
      {help && <small dir="auto">{help}</small>}
    </label>
  );
}
