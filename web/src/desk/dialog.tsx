// A question that stands above the page until it is answered; Escape answers no.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function Modal({
  label,
  onClose,
  children,
  kind = '',
}: {
  label: string;
  onClose(): void;
  children: ComponentChildren;
  kind?: string;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    // with what is in it: the next key is for the dialog
    if (!box.current!.open) box.current!.showModal();
  }, []);
  return (
    <dialog
      ref={box}
      class={`modal ${kind}`}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}

export function Dialog({
  title,
  text,
  yes,
  no,
  danger,
  onYes,
  onNo,
}: {
  title: string;
  text: string;
  yes: string;
  no: string;
  danger?: boolean;
  onYes(): void;
  onNo(): void;
}) {
  return (
    <Modal label={title} onClose={onNo} kind="ask">
      <h2 dir="auto">{title}</h2>
      <p>{text}</p>
      <div class="answers">
        <button type="button" class="plain" onClick={onNo}>
          {no}
        </button>
        <button type="button" class={danger ? 'main danger' : 'main'} autofocus onClick={onYes}>
          {yes}
        </button>
      </div>
    </Modal>
  );
}
