// The top of the widget: who is there, what can be done with the chat, and the way out.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import type { Words } from './texts.ts';

export interface Choice {
  text: string;
  danger?: boolean;
  run(): void;
}

export function Head({
  logo,
  title,
  hidden,
  subtitle,
  dot,
  words,
  choices,
  out,
}: {
  logo?: string;
  title: string;
  hidden?: boolean;
  subtitle: string;
  dot: '' | 'off' | 'on';
  words: Words;
  choices: Choice[];
  out?: { icon: 'close' | 'down'; text: string; run(): void };
}) {
  return (
    <header class="head">
      {logo && <img class="logo" src={logo} alt="" />}
      <div class="who">
        <h1 dir="auto" class={hidden ? 'unseen' : ''}>
          {title}
        </h1>
        <p role="status" dir="auto">
          {dot && <i class={`dot ${dot}`} />}
          <span>{subtitle}</span>
        </p>
      </div>
      {choices.length > 0 && <Menu words={words} choices={choices} />}
      {out && (
        <button type="button" class="tool" aria-label={out.text} title={out.text} onClick={out.run}>
          <Icon name={out.icon} />
        </button>
      )}
    </header>
  );
}

/** A menu as keyboards know it: arrows move, Escape closes and gives the focus back. */
function Menu({ words, choices }: { words: Words; choices: Choice[] }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...box.current!.querySelectorAll<HTMLButtonElement>('[role=menuitem]')];
  useLayoutEffect(() => {
    if (!open) return undefined;
    items()[0]?.focus();
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  const key = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[to].focus();
    }
    if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    }
    if (event.key === 'Tab') setOpen(false);
  };
  return (
    <div class="menubox" ref={box}>
      <button
        ref={button}
        type="button"
        class="tool"
        aria-label={words.t('menu')}
        title={words.t('menu')}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="menu" role="menu" aria-label={words.t('menu')} onKeyDown={key}>
          {choices.map((each) => (
            <button
              key={each.text}
              type="button"
              role="menuitem"
              class={each.danger ? 'end' : ''}
              onClick={() => {
                setOpen(false);
                button.current?.focus();
                each.run();
              }}
            >
              {each.text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
