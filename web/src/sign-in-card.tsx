// The question to sign in, as it stands in the timeline while it is open. The chat goes on around it.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import type { SignIn, SignInQuestion } from './sign-in.ts';
import type { Words } from './texts.ts';

export function SignInCard({ question, signIn, words }: { question: SignInQuestion; signIn: SignIn; words: Words }) {
  const { item, address, declined } = question;
  const box = useRef<HTMLDivElement>(null);
  // It goes when it is answered, which happens in another window: whoever comes back finds themselves in the timeline.
  useLayoutEffect(() => {
    const element = box.current!;
    return () => {
      if (element.contains(document.activeElement)) element.closest<HTMLElement>('.list')?.focus();
    };
  }, []);
  const [title, how] = [`${item}-title`, `${item}-how`];
  return (
    <div class="ask" ref={box} role="group" aria-labelledby={title} data-id={item}>
      <span class="face" aria-hidden="true">
        <Icon name="lock" />
      </span>
      <p id={title}>
        <strong>{words.t(address ? 'signInAsk' : 'signInNone')}</strong>
      </p>
      <p class="sub" id={how}>
        {words.t(address ? 'signInHow' : 'signInNoneHow')}
      </p>
      {declined === 'failed' && (
        <p class="wrong" role="alert">
          {words.t('signInNotSent')}
        </p>
      )}
      <div class="ways">
        {address && (
          <a class="main" href={address} target="_blank" rel="noopener noreferrer" aria-describedby={how}>
            {words.t('signIn')}
            <Icon name="out" />
          </a>
        )}
        <button type="button" class="plain" aria-disabled={declined === 'sending'} onClick={() => void signIn.decline()}>
          {words.t(address ? 'signInNot' : 'signInOn')}
        </button>
      </div>
    </div>
  );
}
