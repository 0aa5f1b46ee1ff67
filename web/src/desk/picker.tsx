// A list that is searched by typing and walked by arrows.

import { useLayoutEffect, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

export interface Choice {
  id: string;
  label: string;
  icon: IconName;
  hint?: string;
  keys?: string;
}

/** Letters in their order, not necessarily side by side. */
function fits({ label, hint = '' }: Choice, asked: string) {
  let at = 0;
  const text = `${label} ${hint}`.toLowerCase();
  for (const letter of asked.toLowerCase().replace(/\s/g, '')) {
    at = text.indexOf(letter, at) + 1;
    if (!at) return false;
  }
  return true;
}

export function Picker<C extends Choice>({
  label,
  placeholder,
  none,
  choices,
  byClick,
  onAt,
  onGo,
}: {
  label: string;
  placeholder: string;
  none: string;
  choices: C[];
  /** Whether a click goes at once, and does not only choose. */
  byClick: boolean;
  onAt?(choice: C | undefined): void;
  onGo(choice: C): void;
}) {
  const [asked, setAsked] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = choices.filter((each) => fits(each, asked));
  const at = Math.min(chosen, Math.max(0, found.length - 1));
  useLayoutEffect(() => onAt?.(found[at]), [found[at]?.id]); // who is shown as chosen is who is chosen
  const key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length) setChosen((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (found[at]) onGo(found[at]);
    }
  };
  return (
    <>
      <input
        type="text"
        role="combobox"
        autofocus
        value={asked}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-expanded={true}
        aria-controls="choices"
        aria-activedescendant={found.length ? `choice-${at}` : undefined}
        onInput={(event) => {
          setAsked(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={key}
      />
      <ul id="choices" role="listbox" aria-label={label}>
        {found.map((each, n) => (
          <li
            key={each.id}
            id={`choice-${n}`}
            role="option"
            aria-selected={n === at}
            onClick={() => (byClick ? onGo(each) : setChosen(n))}
            onDblClick={() => onGo(each)}
          >
            <Icon name={each.icon} />
            <span dir="auto">{each.label}</span>
            {each.hint && <small dir="auto">{each.hint}</small>}
            {each.keys && <kbd>{each.keys}</kbd>}
          </li>
        ))}
        {found.length === 0 && (
          <li class="soft" role="option" aria-selected={false} aria-disabled={true}>
            {none}
          </li>
        )}
      </ul>
    </>
  );
}
