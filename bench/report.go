package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table writes figures for a terminal.
func Table(w io.Writer, figures []Figure) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Name, f.What, f.text())
	}
	return t.Flush()
}

// Markdown writes figures as a table of a document.
func Markdown(w io.Writer, figures []Figure) error {
	_, err := fmt.Fprintln(w, "| measurement | what | |\n|---|---|---:|")
	last := ""
	for _, f := range figures {
		name := f.Name
		if name == last {
			name = ""
		}
		last = f.Name
		if _, err := fmt.Fprintf(w, "| %s | %s | %s |\n", name, f.What, f.text()); err != nil {
			return err
		}
	}
	return err
}

// text has three digits that count.
func (f Figure) text() string {
	n := fmt.Sprintf("%.3g", f.Value)
	if f.Value >= 1000 {
		n = fmt.Sprintf("%.0f", f.Value)
	}
	return strings.TrimSpace(n + " " + f.Unit)
}
