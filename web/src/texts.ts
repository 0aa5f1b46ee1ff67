// What the widget says. A language more is a JSON file beside the others and a line here.

import en from './texts/en.json';
import de from './texts/de.json';
import ar from './texts/ar.json';

export type Texts = typeof en;
const languages: Record<string, Texts> = { en, de, ar };
const rightToLeft = new Set(['ar', 'he', 'fa', 'ur']);

export interface Words {
  tag: string;
  rtl: boolean;
  t(key: keyof Texts, values?: Record<string, string | number>): string;
  /** A date, and a time of day, as the language has them. */
  day(at: Date): string;
  clock(at: Date): string;
}

/** The words of a language such as de_DE, or else of the browser's, or else English. */
export function wordsOf(asked: string | undefined, own: Partial<Texts>): Words {
  const wanted = [asked, ...navigator.languages].filter(Boolean).map((each) => each!.replace('_', '-'));
  const tag = wanted.find((each) => languages[each.split('-')[0].toLowerCase()]) ?? 'en';
  const language = tag.split('-')[0].toLowerCase();
  const texts = { ...languages[language], ...own };
  const day = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long' });
  const year = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' });
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' }); // made once: making one takes longer than many uses
  return {
    tag,
    rtl: rightToLeft.has(language),
    day: (at) => (at.getFullYear() === new Date().getFullYear() ? day : year).format(at),
    clock: (at) => clock.format(at),
    t: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? '')),
  };
}
