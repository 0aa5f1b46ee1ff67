// What is shown in place of a chat: before it begins, when it cannot, and what is asked over it.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Words } from './texts.ts';

/** A name and the matter, asked before a chat; the matter is kept like any text that is typed. */
export function PreChat({
  words,
  greeting,
  draft,
  onDraft,
  onStart,
}: {
  words: Words;
  greeting: string;
  draft: string;
  onDraft(text: string): void;
  onStart(name: string, message: string): void;
}) {
  const name = useRef<HTMLInputElement>(null);
  return (
    <form
      class="center form"
      onSubmit={(event) => {
        event.preventDefault();
        onStart(name.current!.value.trim(), draft.trim());
      }}
    >
      <p dir="auto">{greeting}</p>
      <label class="field">
        <span>{words.t('name')}</span>
        <input ref={name} name="name" autocomplete="name" maxLength={256} required dir="auto" />
      </label>
      <label class="field">
        <span>{words.t('matter')}</span>
        <textarea
          name="message"
          rows={3}
          maxLength={1024}
          required
          dir="auto"
          value={draft}
          onInput={(event) => onDraft((event.currentTarget as HTMLTextAreaElement).value)}
        />
      </label>
      <button type="submit" class="main">
        {words.t('start')}
      </button>
    </form>
  );
}

/** A few words and what can be done about them. */
export function Panel({ alert, text, more, children }: { alert?: boolean; text: string; more?: string; children?: ComponentChildren }) {
  return (
    <div class="center" role={alert ? 'alert' : undefined}>
      <p class="lead" dir="auto">
        {text}
      </p>
      {more && (
        <p class="sub" dir="auto">
          {more}
        </p>
      )}
      {children}
    </div>
  );
}

export function Confirm({
  title,
  text,
  yes,
  no,
  onYes,
  onNo,
}: {
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes(): void;
  onNo(): void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="sure" onClose={onNo}>
      <h2 id="sure">{title}</h2>
      <p>{text}</p>
      <div>
        <button type="button" class="plain" onClick={onNo}>
          {no}
        </button>
        <button type="button" class="main danger" onClick={onYes}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
