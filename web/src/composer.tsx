// Where the customer writes.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat.ts';
import { Icon } from './icons.tsx';
import { MARKS, MARKUP, keyName, marksOf, put as putAround } from './markup.ts';
import type { Customization } from './protocol.ts';
import type { Words } from './texts.ts';
import { CONTENT } from './wire.ts';

const EMOJI = [
  '😀',
  '😂',
  '😊',
  '😍',
  '🤔',
  '😅',
  '😢',
  '😮',
  '😡',
  '👍',
  '👎',
  '👏',
  '🙏',
  '💪',
  '🎉',
  '❤️',
  '🔥',
  '✅',
  '❌',
  '⭐',
  '☕',
  '🎁',
  '📦',
  '🚚',
];
const LIMIT = 1024;

export function Composer({
  chat,
  words,
  custom,
  markdown,
  draft,
  onDraft,
}: {
  chat: Chat;
  words: Words;
  custom: Customization;
  markdown: boolean;
  draft: string;
  onDraft(text: string): void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const smile = useRef<HTMLButtonElement>(null);
  const [emoji, setEmoji] = useState(false);
  const [over, setOver] = useState(false); // a file is held over it
  const attach = !!chat.features.ATTACHMENTS && !custom.composer?.disableCustomerAttachments && !custom.composer?.disableCustomerAttachment;

  useLayoutEffect(() => {
    const element = field.current!;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 132)}px`;
  }, [draft]);

  const send = () => {
    const text = draft.trim();
    if (!text) return;
    chat.say(text, markdown && MARKUP.test(text) ? CONTENT.markdown : CONTENT.plain);
    onDraft('');
    field.current?.focus();
  };
  const put = (before: string, after = '') => putAround(field.current!, draft, [before, after], LIMIT, onDraft);
  const shut = () => {
    setEmoji(false);
    smile.current?.focus();
  };
  const key = (event: KeyboardEvent) => {
    const marks = markdown ? marksOf(event) : undefined;
    if (marks) put(...marks);
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send();
    else return;
    event.preventDefault();
  };
  const add = (list: FileList | null | undefined) => {
    for (const file of list ?? []) chat.uploads.add(file);
  };

  return (
    <form
      class={`composer${over ? ' over' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && emoji) {
          event.stopPropagation();
          shut();
        }
      }}
      onDragOver={(event) => {
        if (attach) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!attach) return;
        event.preventDefault();
        setOver(false);
        add(event.dataTransfer?.files);
      }}
    >
      {over && (
        <p class="drop" aria-hidden="true">
          {words.t('drop')}
        </p>
      )}
      {markdown && !custom.composer?.alwaysHideToolbar && (
        <div class="tools" role="toolbar" aria-label={words.t('write')}>
          <button type="button" aria-label={words.t('bold')} title={`${words.t('bold')} (${keyName('b')})`} onClick={() => put(...MARKS.b)}>
            <Icon name="bold" />
          </button>
          <button
            type="button"
            aria-label={words.t('italic')}
            title={`${words.t('italic')} (${keyName('i')})`}
            onClick={() => put(...MARKS.i)}
          >
            <Icon name="italic" />
          </button>
          <button type="button" aria-label={words.t('list')} title={words.t('list')} onClick={() => put('\n- ')}>
            <Icon name="list" />
          </button>
          <button type="button" aria-label={words.t('link')} title={`${words.t('link')} (${keyName('k')})`} onClick={() => put(...MARKS.k)}>
            <Icon name="link" />
          </button>
        </div>
      )}
      <div class="line">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          maxLength={LIMIT}
          placeholder={words.t('write')}
          aria-label={words.t('write')}
          dir="auto"
          enterkeyhint="send"
          onInput={(event) => {
            onDraft((event.currentTarget as HTMLTextAreaElement).value);
            chat.writes();
          }}
          onPaste={(event) => {
            if (attach && event.clipboardData?.files.length) {
              event.preventDefault();
              add(event.clipboardData.files);
            }
          }}
          onKeyDown={key}
        />
        {attach && (
          <>
            <input
              ref={files}
              type="file"
              multiple
              hidden
              onChange={() => {
                add(files.current!.files);
                files.current!.value = '';
              }}
            />
            <button
              type="button"
              class="tool"
              aria-label={words.t('attach')}
              title={words.t('attach')}
              onClick={() => files.current!.click()}
            >
              <Icon name="clip" />
            </button>
          </>
        )}
        {!custom.composer?.disableEmojiPicker && (
          <button
            ref={smile}
            type="button"
            class="tool"
            aria-label={words.t('emoji')}
            title={words.t('emoji')}
            aria-expanded={emoji}
            onClick={() => setEmoji(!emoji)}
          >
            <Icon name="smile" />
          </button>
        )}
        <button type="submit" class="send" aria-label={words.t('send')} title={words.t('send')} disabled={!draft.trim()}>
          <Icon name="send" />
        </button>
      </div>
      {emoji && (
        <div class="emoji" role="group" aria-label={words.t('emoji')}>
          {EMOJI.map((each) => (
            <button
              key={each}
              type="button"
              onClick={() => {
                put(each);
                setEmoji(false);
              }}
            >
              {each}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
