// The way in: by password, or with the company's own login.

import { useEffect, useState } from 'preact/hooks';
import { Session, ways, type Ways } from './session.ts';
import type { Words } from './texts.ts';

export function SignIn({ words, said, onIn, onEnd }: { words: Words; said: string; onIn(session: Session): void; onEnd(): void }) {
  const [known, setKnown] = useState<Ways>({ Password: true });
  const [error, setError] = useState(said);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    ways().then(setKnown, () => {});
    const failed = /^#signInFailed=(.*)$/.exec(location.hash);
    if (failed) {
      setError(decodeURIComponent(failed[1].replace(/\+/g, ' ')));
      history.replaceState(null, '', location.pathname);
    }
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError('');
    try {
      onIn(await Session.signIn(String(data.get('username')), String(data.get('password')), onEnd));
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setBusy(false);
    }
  };
  return (
    <main class="door">
      <div class="card">
        <div class="brand">
          <Mark />
          <span>perch</span>
        </div>
        <h1>{words.t('signIn')}</h1>
        {error && (
          <p class="error" role="alert" dir="auto">
            {error}
          </p>
        )}
        {known.Password && (
          <form onSubmit={submit}>
            <label class="field">
              <span>{words.t('username')}</span>
              <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
            </label>
            <label class="field">
              <span>{words.t('password')}</span>
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
            <button type="submit" class="main" disabled={busy}>
              {words.t('signIn')}
            </button>
          </form>
        )}
        {known.Provider && (
          <a class="button plain" href={`${known.Provider.Path}${known.Provider.Path.includes('?') ? '&' : '?'}Page=/desk`}>
            {words.t('signInWith', { name: known.Provider.Name })}
          </a>
        )}
      </div>
    </main>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 23h24" />
      <path d="M9 21c-1-8 4-13 11-13 1 0 3 .5 4 2l4 1-4 2c0 5-4 8-9 8z" />
      <path d="M20 12h.01" />
    </svg>
  );
}
