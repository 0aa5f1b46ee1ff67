// Which flow is looked at, and with whose path: both stand in the page's address, so that a contact leads here.

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Session } from '../session.ts';
import type { Step } from './graph.tsx';
import { all } from './kind.ts';

export interface Place {
  flow: string;
  contact: string;
}

export const addressOf = ({ flow, contact }: Place) =>
  `#/settings/flows${flow && `/${flow}`}${contact && `?contact=${encodeURIComponent(contact)}`}`;

const here = (): Place => {
  const found = /^#\/settings\/flows(?:\/([^?]+))?(?:\?contact=(.*))?$/.exec(location.hash);
  return { flow: found?.[1] ?? '', contact: decodeURIComponent(found?.[2] ?? '') };
};

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useLayoutEffect(() => {
    const route = () => setPlace(here());
    addEventListener('hashchange', route);
    return () => removeEventListener('hashchange', route);
  }, []);
  return place;
}

const EVERY = 2_000; // milliseconds

/** The way of a contact through all of its flows, read again while it is looked at; null until it is there. */
export function usePath(session: Session, contact: string): { steps: Step[] | null; error: string } {
  const [steps, setSteps] = useState<Step[] | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    setSteps(null);
    setError('');
    if (!contact) return undefined;
    const load = () =>
      all<Step>(session, `/perch/contacts/${encodeURIComponent(contact)}/flow-log`, 'FlowLog', 'maxResults=1000').then(setSteps, (reason) =>
        setError(reason instanceof Error ? reason.message : String(reason)),
      );
    void load();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load();
    }, EVERY);
    return () => clearInterval(timer);
  }, [contact]);
  return { steps, error };
}
