// A new password for who is signed in.

import { useState } from 'preact/hooks';
import { Modal } from './dialog.tsx';
import type { Session } from './session.ts';
import type { Words } from './texts.ts';

export function NewPassword({ session, words, onDone }: { session: Session; words: Words; onDone(): void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError('');
    try {
      await session.changePassword(String(data.get('present')), String(data.get('next')));
      setDone(true);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
    setBusy(false);
  };
  return (
    <Modal label={words.t('changePassword')} onClose={onDone} kind="ask">
      <h2>{words.t('changePassword')}</h2>
      {done ? (
        <>
          <p role="status">{words.t('passwordChanged')}</p>
          <div class="answers">
            <button type="button" class="main" autofocus onClick={onDone}>
              {words.t('close')}
            </button>
          </div>
        </>
      ) : (
        <form onSubmit={submit}>
          {error && (
            <p class="error" role="alert" dir="auto">
              {error}
            </p>
          )}
          <input type="text" name="username" autocomplete="username" value={session.user.Username} hidden readOnly />
          <label class="field">
            <span>{words.t('presentPassword')}</span>
            <input name="present" type="password" autocomplete="current-password" required autofocus />
          </label>
          <label class="field">
            <span>{words.t('newPassword')}</span>
            <input name="next" type="password" autocomplete="new-password" minLength={8} maxLength={256} required />
          </label>
          <p class="soft">{words.t('changePasswordText')}</p>
          <div class="answers">
            <button type="button" class="plain" onClick={onDone}>
              {words.t('cancel')}
            </button>
            <button type="submit" class="main" disabled={busy}>
              {words.t('save')}
            </button>
          </div>
        </form>
      )}
    </Modal>
  );
}
