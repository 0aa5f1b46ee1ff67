package web

import "net/http"

// desk serves the page that agents, supervisors and administrators work in. It is
// shown in no frame, and talks with nobody but this server. The frame in it is the
// preview of a widget.
func (p *Pages) desk(w http.ResponseWriter, _ *http.Request) {
	nonce := newNonce()
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'nonce-"+nonce+"'; img-src 'self' data: blob:; "+
		"connect-src 'self' "+p.opts.SocketURL+"; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	if !p.Built() {
		unbuilt(w)
		return
	}
	p.page(w, "desk.html", shown{Nonce: nonce, Script: "/pages/desk.js?" + p.marks["desk.js"], Style: "/pages/desk.css?" + p.marks["desk.css"]})
}
