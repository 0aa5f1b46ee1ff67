package flowbench

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perch-chat/perch/flow"
)

const margin = 40

// SVG draws the flow: a box for each action, an arrow for each branch. It holds
// no script and fetches nothing, follows the reader's wish for light or dark, and
// shows whole texts where one points at them. An error means that the file holds
// no actions; a flow with faults is drawn as far as it goes.
func (s Source) SVG() ([]byte, error) {
	all, err := s.boxes()
	if err != nil {
		return nil, err
	}
	arrange(all)
	width, height := 0, 0
	for _, b := range all {
		width, height = max(width, b.x+boxWidth), max(height, b.y+b.height())
		for _, a := range b.outs {
			for _, s := range a.via {
				height = max(height, s.y+lineHeight)
			}
		}
	}
	d := drawing{bottom: height + 22, right: width, deepest: height}
	for _, b := range all {
		for i, a := range b.outs {
			if a.to != nil {
				d.arrow(b, i, a)
			}
		}
	}
	for _, b := range all {
		d.box(b)
	}
	title := s.Name
	if title == "" {
		title = "Flow"
	}
	var out strings.Builder
	w, h := d.right+margin, d.deepest+margin
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n<title>%s</title>\n", w, h, escape(title))
	out.WriteString(style)
	fmt.Fprintf(&out, `<rect class="page" width="%d" height="%d"/>`+"\n", w, h)
	out.WriteString(d.arrows.String())
	out.WriteString(d.boxes.String())
	out.WriteString("</svg>\n")
	return []byte(out.String()), nil
}

const style = `<style>
:root { color-scheme: light dark; --page: #f6f7f9; --box: #fff; --edge: #c3cad3; --text: #1b2430; --soft: #5a6675; --line: #6c7a8b; --error: #b93a32;
  --talk: #2a7de1; --branch: #8a5cd6; --route: #14866d; --contact: #a86a00; --call: #c2477f; --elsewhere: #7b8694; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --box: #20262e; --edge: #3b4551; --text: #e7ebf0; --soft: #a3afbd; --line: #8896a6; --error: #ff8a80;
  --talk: #5aa2f5; --branch: #b392f0; --route: #3fbf9f; --contact: #e0a030; --call: #ee7fb0; --elsewhere: #98a3b0; } }
text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: var(--text); }
.page { fill: var(--page); } .box { fill: var(--box); stroke: var(--edge); } .type { font-weight: 600; font-size: 13px; }
.id, .parameter { fill: var(--soft); font-size: 11px; } .id { font-size: 10px; } .out { text-anchor: end; } .out.error { fill: var(--error); }
.arrow { fill: none; stroke: var(--line); stroke-width: 1.4; } .arrow.error { stroke: var(--error); stroke-dasharray: 5 4; }
.head, .dot { fill: var(--line); } .head.error, .dot.error { fill: var(--error); } .start { fill: var(--route); } .start-text { fill: var(--box); font-weight: 600; font-size: 11px; text-anchor: middle; }
.talk { fill: var(--talk); } .branch { fill: var(--branch); } .route { fill: var(--route); } .contact { fill: var(--contact); } .call { fill: var(--call); } .elsewhere { fill: var(--elsewhere); }
</style>
`

// drawing gathers arrows, which lie below, and boxes.
type drawing struct {
	arrows, boxes strings.Builder
	back          int // arrows that lead back, so far
	bottom, right int // of the boxes; arrows that lead back run below
	deepest       int // of those arrows
}

func (d *drawing) box(b *box) {
	group := flow.GroupOf(b.kind)
	if group == "" {
		group = "elsewhere"
	}
	w := &d.boxes
	fmt.Fprintf(w, "<g>\n<title>%s</title>\n", escape(b.kind+" "+b.id+"\n"+strings.Join(b.lines, "\n")))
	fmt.Fprintf(w, `<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="7"/><rect class="%s" x="%[1]d" y="%[2]d" width="5" height="%[4]d" rx="2"/>`+"\n",
		b.x, b.y, boxWidth, b.height(), group)
	if b.start {
		fmt.Fprintf(w, `<rect class="start" x="%d" y="%d" width="46" height="18" rx="9"/><text class="start-text" x="%d" y="%d">START</text>`+"\n", b.x+10, b.y-11, b.x+33, b.y+2)
	}
	fmt.Fprintf(w, `<text class="type" x="%d" y="%d">%s</text><text class="id" x="%[1]d" y="%[4]d">%s</text>`+"\n",
		b.x+14, b.y+19, escape(short(b.kind, 30)), b.y+34, escape(short(b.id, 38)))
	for i, line := range b.lines {
		fmt.Fprintf(w, `<text class="parameter" x="%d" y="%d">%s</text>`+"\n", b.x+14, b.y+headHeight+lineHeight*i+14, escape(short(line, 37)))
	}
	for i, a := range b.outs {
		class := errorClass(a)
		fmt.Fprintf(w, `<g><title>%s</title><text class="out%s" x="%d" y="%d">%s</text><circle class="dot%[2]s" cx="%[6]d" cy="%[7]d" r="3.5"/></g>`+"\n",
			escape(a.label), class, b.x+boxWidth-12, b.outY(i)+4, escape(short(a.label, 33)), b.x+boxWidth, b.outY(i))
	}
	w.WriteString("</g>\n")
}

func errorClass(a arrow) string {
	if a.error {
		return " error"
	}
	return ""
}

// arrow draws a branch: a curve forwards, or a way around below all boxes back.
func (d *drawing) arrow(from *box, i int, a arrow) {
	x1, y1, x2, y2 := from.x+boxWidth, from.outY(i), a.to.x-7, a.to.inY()
	path := ""
	if x2 > x1+10 {
		path = fmt.Sprintf("M%d %d", x1, y1)
		x, y := x1, y1
		for _, s := range a.via {
			path += curve(x, y, s.x, s.y+lineHeight/2) + fmt.Sprintf(" H%d", s.x+boxWidth)
			x, y = s.x+boxWidth, s.y+lineHeight/2
		}
		path += curve(x, y, x2, y2)
	} else {
		out, in, low := 12+(d.back%8)*5, 14+(d.back%8)*5, d.bottom+(d.back%24)*7
		d.back++
		x1out, x2in := x1+out, x2-in
		path = fmt.Sprintf("M%d %d H%d Q%d %d %d %d V%d", x1, y1, x1out-6, x1out, y1, x1out, y1+6, low-6) +
			fmt.Sprintf(" Q%d %d %d %d H%d Q%d %d %d %d", x1out, low, x1out-6, low, x2in+6, x2in, low, x2in, low-6) +
			fmt.Sprintf(" V%d Q%d %d %d %d H%d", y2+6, x2in, y2, x2in+6, y2, x2)
		d.deepest, d.right = max(d.deepest, low), max(d.right, x1out)
	}
	title := from.kind + ": " + a.label + " → " + a.to.kind
	fmt.Fprintf(&d.arrows, `<g><title>%s</title><path class="arrow%s" d="%s"/><path class="head%[2]s" d="M%[4]d %[5]d l-7 -4 v8 z"/></g>`+"\n",
		escape(title), errorClass(a), path, x2+7, y2)
}

// curve goes on from one point to another, level at both.
func curve(x1, y1, x2, y2 int) string {
	bend := max(28, min((x2-x1)/2, 90))
	return fmt.Sprintf(" C%d %d %d %d %d %d", x1+bend, y1, x2-bend, y2, x2, y2)
}

// short cuts a text to what there is room for.
func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// escape makes text safe to stand in XML, without characters that turn the
// direction of writing or that XML does not know.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
