// What the desk says; {{ and }} stay as they are. A language more is a JSON file beside the others and a line here.

import en from './texts/en.json';
import de from './texts/de.json';
import ar from './texts/ar.json';

export type Texts = typeof en;
export type Key = keyof Texts;
const languages: Record<string, Texts> = { en, de, ar };
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' };
const rightToLeft = new Set(['ar']);

export interface Words {
  tag: string;
  rtl: boolean;
  t(key: Key, values?: Record<string, string | number>): string;
  clock(time: string | number): string;
  date(time: string | number): string;
  /** A time span such as 3 min. */
  span(ms: number): string;
}

/** The words of the language that was chosen, or else of the browser's, or else English. */
export function wordsOf(chosen: string): Words {
  const wanted = [chosen, ...navigator.languages].filter(Boolean);
  const tag = wanted.find((each) => languages[each.split('-')[0].toLowerCase()]) ?? 'en';
  const language = tag.split('-')[0].toLowerCase();
  const texts = languages[language];
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric' });
  const t: Words['t'] = (key, values = {}) => texts[key].replace(/(?<!\{)\{(\w+)\}(?!\})/g, (_, name) => String(values[name] ?? ''));
  return {
    tag,
    rtl: rightToLeft.has(language),
    t,
    clock: (time) => clock.format(new Date(time)),
    date: (time) => date.format(new Date(time)),
    span: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      if (seconds < 60) return t('sec', { n: seconds });
      if (seconds < 5400) return t('min', { n: Math.round(seconds / 60) });
      return t('hour', { n: Math.round(seconds / 360) / 10 });
    },
  };
}
