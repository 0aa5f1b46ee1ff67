// The agent's status, at once or once the present chats are done.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import type { Words } from './texts.ts';

export function StatusPicker({ desk, words, now }: { desk: Desk; words: Words; now: number }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open) return undefined;
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  const { Name, Type, StartTimestamp, NextStatus } = desk.status;
  const next = typeof NextStatus === 'string' ? NextStatus : NextStatus?.Name;
  const busy = desk.rows.some((row) => row.State !== 'INCOMING');
  const choose = (name: string, later: boolean) => {
    setOpen(false);
    if (Notification.permission === 'default') void Notification.requestPermission().catch(() => {});
    void desk.setStatus(name, later);
  };
  const choice = (name: string, type: string, later: boolean) => (
    <button
      key={`${name}${later}`}
      type="button"
      role="menuitemradio"
      aria-checked={!later && name === Name}
      onClick={() => choose(name, later)}
    >
      <i class={`dot ${type.toLowerCase()}`} />
      {name}
      {!later && name === Name && <Icon name="check" />}
    </button>
  );
  const all = desk.me?.Statuses ?? [];
  return (
    <div
      class="status"
      ref={box}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          setOpen(false);
          event.stopPropagation();
        }
      }}
    >
      <button type="button" class="picker" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <i class={`dot ${Type.toLowerCase()}`} />
        <span class="unseen">{words.t('status')}:</span> <b dir="auto">{Name}</b>
        <small>{next ? words.t('after', { name: next }) : StartTimestamp ? words.span(now - Date.parse(StartTimestamp)) : ''}</small>
        <Icon name="down" />
      </button>
      {open && (
        <div class="menu" role="menu" aria-label={words.t('status')}>
          {all.map((each) => choice(each.Name, each.Type, false))}
          {busy && (
            <>
              <h4>{words.t('changeLater')}</h4>
              {all.filter((each) => each.Type !== 'ROUTABLE').map((each) => choice(each.Name, each.Type, true))}
            </>
          )}
        </div>
      )}
    </div>
  );
}
