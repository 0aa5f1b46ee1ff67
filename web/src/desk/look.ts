// What a person has chosen for this browser: theme, language, sound.

export interface Chosen {
  theme: '' | 'light' | 'dark';
  language: string;
  sound: boolean;
  side: boolean;
}

const KEY = 'perch-desk-look';

export function chosen(): Chosen {
  const plain: Chosen = { theme: '', language: '', sound: true, side: innerWidth > 1180 };
  try {
    return { ...plain, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return plain;
  }
}

export function choose(look: Chosen) {
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    /* then it holds until the page is closed */
  }
}

export function apply(look: Chosen, tag: string, rtl: boolean) {
  const root = document.documentElement;
  root.lang = tag;
  root.dir = rtl ? 'rtl' : 'ltr';
  if (look.theme) root.dataset.theme = look.theme;
  else delete root.dataset.theme;
}
