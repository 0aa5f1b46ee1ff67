// Where the agent writes: markdown, canned replies by a slash, files by button, paste and drop.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MARKS, MARKUP, keyName, marksOf, put as putAround } from '../markup.ts';
import { CONTENT } from '../wire.ts';
import type { Conversation } from './conversation.ts';
import { UNREAD } from './desk.ts';
import { Icon } from './icons.tsx';
import type { Words } from './texts.ts';

const EMOJI = ['🙂', '😀', '😊', '🙏', '👍', '👏', '🎉', '❤️', '🤔', '😅', '😢', '😮', '✅', '❌', '⭐', '☕'];
const LIMIT = 1024;

/** A canned reply, filled for the contact. */
export interface Reply {
  Id: string;
  Shortcut: string;
  Name: string;
  ContentType: string;
  Content: string;
}

export function Composer({
  chat,
  words,
  replies,
  onAsk,
}: {
  chat: Conversation;
  words: Words;
  replies: Reply[];
  /** Opens what makes a question with choices. */
  onAsk?(): void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [emoji, setEmoji] = useState(false);
  const [chosen, setChosen] = useState(0);
  const { draft } = chat;
  /** The replies that are asked for by a slash, if any are. */
  const asked = () => {
    const name = /^\/(\S*)$/.exec(chat.draft)?.[1]?.toLowerCase();
    if (name === undefined) return undefined;
    return replies.filter((each) => each.Shortcut.toLowerCase().startsWith(name) || each.Name.toLowerCase().includes(name)).slice(0, 8);
  };
  const found = asked();
  /** A reply has been asked for that is not known yet: it is taken when it is. */
  const wanted = useRef(false);
  useLayoutEffect(() => {
    const first = asked()?.[0];
    if (wanted.current && first) take(first);
    wanted.current = false;
  }, [replies]);

  useLayoutEffect(() => {
    const element = field.current!;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 200)}px`;
  }, [draft]);

  const put = (before: string, after = '') => putAround(field.current!, chat.draft, [before, after], LIMIT, (text) => chat.write(text));
  const take = (reply: Reply) => {
    chat.write(reply.Content.slice(0, LIMIT));
    setChosen(0);
    field.current!.value = chat.draft; // for the next key, which may come before it is painted
    field.current!.focus();
  };
  const send = () => {
    const text = chat.draft.trim(); // what is typed may not be painted yet
    if (text) chat.say(text, chat.markdown && MARKUP.test(text) ? CONTENT.markdown : CONTENT.plain);
    field.current!.value = chat.draft; // nor what is no more
    field.current!.focus();
  };
  const add = (list: FileList | null | undefined) => {
    for (const file of list ?? []) chat.uploads.add(file);
  };
  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const marks = chat.markdown ? marksOf(event) : undefined;
    const { selectionStart, selectionEnd } = field.current!;
    const fitting = asked() ?? []; // of what is typed by now, painted or not
    if (marks && (marks !== MARKS.k || selectionStart < selectionEnd)) {
      // without words marked Ctrl+K is for the palette
      event.preventDefault();
      event.stopPropagation();
      put(...marks);
    } else if (fitting.length && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault();
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : fitting.length - 1)) % fitting.length);
    } else if (fitting.length && (event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey) {
      event.preventDefault();
      take(fitting[Math.min(chosen, fitting.length - 1)]);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      wanted.current = replies === UNREAD && asked() !== undefined;
      if (!wanted.current) send();
    }
  };
  const tool = (name: 'bold' | 'italic' | 'list' | 'link', title: string, run: () => void) => (
    <button type="button" class="tool" aria-label={words.t(name)} title={title} onClick={run}>
      <Icon name={name} />
    </button>
  );

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        add(event.dataTransfer?.files);
      }}
    >
      {found && (
        <ul class="replies" role="listbox" id="replies" aria-label={words.t('canned')}>
          {found.map((each, n) => (
            <li
              key={each.Id}
              id={`reply-${n}`}
              role="option"
              aria-selected={n === Math.min(chosen, found.length - 1)}
              onClick={() => take(each)}
            >
              <kbd>/{each.Shortcut}</kbd>
              <b dir="auto">{each.Name}</b>
              <span dir="auto">{each.Content}</span>
            </li>
          ))}
          {found.length === 0 && (
            <li class="soft" role="option" aria-selected="false" aria-disabled="true">
              {words.t('noCanned')}
            </li>
          )}
        </ul>
      )}
      <textarea
        ref={field}
        rows={2}
        value={draft}
        maxLength={LIMIT}
        placeholder={words.t('write')}
        aria-label={words.t('write')}
        aria-controls={found && 'replies'}
        aria-activedescendant={found?.length ? `reply-${Math.min(chosen, found.length - 1)}` : undefined}
        dir="auto"
        onInput={(event) => chat.write(event.currentTarget.value)}
        onKeyDown={key}
        onPaste={(event) => {
          if (event.clipboardData?.files.length) {
            event.preventDefault();
            add(event.clipboardData.files);
          }
        }}
      />
      <div class="tools" role="toolbar" aria-label={words.t('write')}>
        {chat.markdown && (
          <>
            {tool('bold', `${words.t('bold')} (${keyName('b')})`, () => put(...MARKS.b))}
            {tool('italic', `${words.t('italic')} (${keyName('i')})`, () => put(...MARKS.i))}
            {tool('list', words.t('list'), () => put('\n- '))}
            {tool('link', words.t('linkKey', { key: keyName('k') }), () => put(...MARKS.k))}
          </>
        )}
        <button
          type="button"
          class="tool"
          aria-label={words.t('emoji')}
          title={words.t('emoji')}
          aria-expanded={emoji}
          onClick={() => setEmoji(!emoji)}
        >
          <Icon name="smile" />
        </button>
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
        <button type="button" class="tool" aria-label={words.t('attach')} title={words.t('attach')} onClick={() => files.current!.click()}>
          <Icon name="clip" />
        </button>
        {onAsk && (
          <button type="button" class="tool" aria-label={words.t('ask')} title={`${words.t('ask')} (Alt+Q)`} onClick={onAsk}>
            <Icon name="choices" />
          </button>
        )}
        <span class="hint">{words.t('hint')}</span>
        <button type="submit" class="main send" disabled={!draft.trim()}>
          <Icon name="send" />
          {words.t('send')}
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
