// An offer that cannot be missed: above everything, counting down, with a way to take it and a way not to.

import type { Desk } from './desk.ts';
import { nameOf } from './inbox.tsx';
import type { Row } from './socket.ts';
import type { Words } from './texts.ts';

const ROUND = 2 * Math.PI * 19;

export function Offer({ desk, row, words, now, onLook }: { desk: Desk; row: Row; words: Words; now: number; onLook(): void }) {
  const until = Date.parse(row.OfferExpiry ?? '') || now;
  const whole = Math.max(1, until - Date.parse(row.StateStartTimestamp));
  const left = Math.max(0, until - now);
  const name = nameOf(row, words);
  return (
    <section class="offer" role="alertdialog" aria-label={words.t('offerFrom', { name })}>
      <div class="ring" aria-hidden="true">
        <svg viewBox="0 0 44 44">
          <circle cx="22" cy="22" r="19" />
          <circle class="left" cx="22" cy="22" r="19" stroke-dasharray={`${(ROUND * left) / whole} ${ROUND}`} />
        </svg>
        <b>{Math.ceil(left / 1000)}</b>
      </div>
      <button type="button" class="who" onClick={onLook}>
        <small>
          {words.t('offerTitle')}
          {row.Queue && ` · ${row.Queue.Name}`}
        </small>
        <b dir="auto">{name}</b>
        <span class="soft">
          {row.RelatedContactId
            ? words.t('resumed')
            : Object.entries(row.Attributes ?? {})
                .slice(0, 2)
                .map(([k, v]) => `${k}: ${v}`)
                .join(' · ')}
        </span>
      </button>
      <div class="answers">
        <button type="button" class="plain" onClick={() => void desk.reject(row.ContactId)}>
          {words.t('decline')}
          <kbd>Alt D</kbd>
        </button>
        <button type="button" class="main" onClick={() => void desk.accept(row.ContactId)}>
          {words.t('accept')}
          <kbd>Alt A</kbd>
        </button>
      </div>
    </section>
  );
}
