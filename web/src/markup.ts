// Markdown while it is written: what of it is noticed in a text, and what keys and buttons put around words.

/** Whether a text has any of the markup that is shown as such. */
export const MARKUP = /(\*\*|__|~~|`|^\s*[-*+] |^\s*\d+[.)] |\[[^\]]+\]\(|(^|\s)[*_]\S)/m;

export type Marks = [before: string, after: string];

/** What is put around the words that are marked, by the key that does so with Ctrl or Command. */
export const MARKS: Record<'b' | 'i' | 'k', Marks> = { b: ['**', '**'], i: ['_', '_'], k: ['[', '](https://)'] };

/** The marks that a key asks for, if it does. */
export function marksOf(event: KeyboardEvent): Marks | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return undefined;
  return MARKS[event.key.toLowerCase() as keyof typeof MARKS];
}

/** The key as people know it on their machine, such as Ctrl+B. */
export const keyName = (key: keyof typeof MARKS) =>
  /Mac|iPhone|iPad/.test(navigator.platform) ? `⌘${key.toUpperCase()}` : `Ctrl+${key.toUpperCase()}`;

/** Puts something around what is marked in a field, whose words stay marked; write takes the whole text, which has limit characters at most. */
export function put(field: HTMLTextAreaElement, text: string, [before, after]: Marks, limit: number, write: (text: string) => void) {
  const { selectionStart: from, selectionEnd: to } = field;
  const inside = text.slice(from, to);
  field.value = (text.slice(0, from) + before + inside + after + text.slice(to)).slice(0, limit); // at once: the next key may come before the next frame
  field.focus();
  field.setSelectionRange(from + before.length, from + before.length + inside.length);
  write(field.value);
}
