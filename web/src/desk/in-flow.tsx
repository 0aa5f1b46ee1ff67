// From a contact to the picture of the flow that it went through.

import { Icon } from './icons.tsx';
import type { Session } from './session.ts';
import { addressOf } from './settings/flow-path.ts';
import type { Words } from './texts.ts';

export function InFlow({ session, words, contactId }: { session: Session; words: Words; contactId: string }) {
  if (!session.supervises) return null; // flows are settings, which agents do not see
  return (
    <a class="plain" href={addressOf({ flow: '', contact: contactId })}>
      <Icon name="swap" />
      {words.t('inFlow')}
    </a>
  );
}
