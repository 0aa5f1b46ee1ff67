// What is taken over from here by copying it.

import { useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Words } from '../texts.ts';

export function Copy({ words, name, text }: { words: Words; name: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 2_000);
      },
      () => {},
    );
  return (
    <button type="button" class="plain copy" aria-label={`${words.t('copy')}: ${name}`} onClick={copy}>
      <Icon name={copied ? 'check' : 'copy'} />
      <span role="status">{words.t(copied ? 'copied' : 'copy')}</span>
    </button>
  );
}
