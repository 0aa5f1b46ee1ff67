// The versions of a view, and taking one away.

import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import { Icon } from '../icons.tsx';
import { all, type Values } from './kind.ts';

interface Version {
  Version: number;
  VersionDescription?: string;
}

export function ViewVersions({ session, words, id, values }: { session: Session; words: Words; id: string; values: Values }) {
  const [found, setFound] = useState<Version[]>([]);
  const path = `/views/${session.instanceId}/${id}/versions`;
  const load = () => all<Version>(session, path, 'ViewVersionSummaryList').then(setFound, () => {});
  useEffect(() => {
    if (id && values.Type === 'CUSTOMER_MANAGED') void load();
  }, [id, values]);
  if (!id || found.length === 0) return null;
  const remove = (n: number) => session.call('DELETE', `${path}/${n}`).then(load, load);
  return (
    <section class="versions" aria-label={words.t('versions')}>
      <h3>{words.t('versions')}</h3>
      <ul class="tags">
        {found.map(({ Version: n }) => (
          <li key={n}>
            <span>{words.t('version', { n })}</span>
            {session.administers && (
              <button type="button" aria-label={words.t('remove', { name: words.t('version', { n }) })} onClick={() => void remove(n)}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
