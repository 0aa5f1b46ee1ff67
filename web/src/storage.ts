// Where the frame keeps what a reloaded page needs. Browsers that keep sites apart give a frame of another site no storage (Chromium in a private window, or
// with third-party cookies off); cookies that are kept apart by the site around the frame they give it. Neither can be read by the page.

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const MOST = 3_900; // bytes of a cookie, its name with it

/** Cookies for as long as the browser is open, of this origin's widgets within this site alone. */
const cookies: Store = {
  getItem(key) {
    const start = `${encodeURIComponent(key)}=`;
    const found = document.cookie.split('; ').find((each) => each.startsWith(start));
    return found === undefined ? null : decodeURIComponent(found.slice(start.length));
  },
  setItem(key, value) {
    const cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
    if (cookie.length > MOST) throw new Error('too long to be kept');
    document.cookie = `${cookie}; Path=/widget/; Secure; SameSite=None; Partitioned`;
  },
  removeItem(key) {
    document.cookie = `${encodeURIComponent(key)}=; Max-Age=0; Path=/widget/; Secure; SameSite=None; Partitioned`;
  },
};

function best(): Store {
  try {
    void window.sessionStorage.length;
    return window.sessionStorage;
  } catch {
    return cookies;
  }
}

export const storage = best();
