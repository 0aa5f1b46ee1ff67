package flowbench

import (
	"cmp"
	"slices"
)

// arrange gives each box its place: the one that the console has noted, where it
// has one for all and they fit, else one in columns from left to right.
func arrange(all []*box) {
	if slices.IndexFunc(all, func(b *box) bool { return !b.fixed }) < 0 {
		// The console's boxes are smaller than ours.
		for range 4 {
			if !overlapping(all) {
				shift(all)
				return
			}
			for _, b := range all {
				b.x, b.y = b.x*13/10, b.y*13/10
			}
		}
	}
	columns := layers(all)
	order(columns)
	place(columns)
	shift(all)
}

func overlapping(all []*box) bool {
	for i, a := range all {
		for _, b := range all[:i] {
			if a.x < b.x+boxWidth+30 && b.x < a.x+boxWidth+30 && a.y < b.y+b.height()+8 && b.y < a.y+a.height()+8 {
				return true
			}
		}
	}
	return false
}

// shift moves the drawing to its corner.
func shift(all []*box) {
	x, y := all[0].x, all[0].y
	for _, b := range all {
		x, y = min(x, b.x), min(y, b.y)
	}
	moved := map[*slot]bool{}
	for _, b := range all {
		b.x, b.y = b.x-x+margin, b.y-y+margin
		for _, a := range b.outs {
			for _, s := range a.via {
				if !moved[s] {
					s.x, s.y, moved[s] = s.x-x+margin, s.y-y+margin, true
				}
			}
		}
	}
}

// slot is a place in a column: a box, or where an arrow passes by.
type slot struct {
	box    *box
	weight float64
	before []*slot // slots in the column before, from which arrows come
	x, y   int
}

func (s *slot) height() int {
	if s.box == nil {
		return lineHeight
	}
	return s.box.height()
}

// layers puts each box one column behind the last of those that lead to it;
// arrows that lead back into a circle do not count.
func layers(all []*box) [][]*slot {
	depth := map[*box]int{}
	finished := inOrder(all)
	position := map[*box]int{}
	for i, b := range finished {
		position[b] = i
	}
	most := 0
	for _, b := range finished {
		for _, a := range b.outs {
			if a.to != nil && position[a.to] > position[b] {
				depth[a.to] = max(depth[a.to], depth[b]+1)
				most = max(most, depth[a.to])
			}
		}
	}
	columns := make([][]*slot, most+1)
	slots := map[*box]*slot{}
	for _, b := range finished {
		slots[b] = &slot{box: b}
		columns[depth[b]] = append(columns[depth[b]], slots[b])
	}
	for _, b := range finished {
		shared := map[*box][]*slot{} // arrows between the same boxes go side by side
		for i := range b.outs {
			to := b.outs[i].to
			if to == nil || depth[to] <= depth[b] {
				continue
			}
			via, ok := shared[to]
			if !ok {
				from := slots[b]
				for d := depth[b] + 1; d < depth[to]; d++ {
					from = &slot{before: []*slot{from}}
					columns[d] = append(columns[d], from)
					via = append(via, from)
				}
				slots[to].before = append(slots[to].before, from)
				shared[to] = via
			}
			b.outs[i].via = via
		}
	}
	return columns
}

// inOrder lists boxes so that arrows lead forwards, but those of circles: the
// reverse of the order in which a walk in depth has finished with them.
func inOrder(all []*box) []*box {
	var out []*box
	seen := map[*box]bool{}
	var visit func(b *box)
	visit = func(b *box) {
		seen[b] = true
		for _, a := range slices.Backward(b.outs) {
			if a.to != nil && !seen[a.to] {
				visit(a.to)
			}
		}
		out = append(out, b)
	}
	roots := slices.Clone(all)
	slices.SortStableFunc(roots, func(a, b *box) int { return cmp.Compare(rank(a), rank(b)) })
	for _, b := range slices.Backward(roots) {
		if !seen[b] && b.start {
			visit(b)
		}
	}
	var rest []*box
	rest, out = out, nil
	for _, b := range slices.Backward(all) {
		if !seen[b] {
			visit(b)
		}
	}
	out = append(out, rest...)
	slices.Reverse(out)
	return out
}

func rank(b *box) int {
	if b.start {
		return 0
	}
	return 1
}

// order sorts each column by where its arrows come from, a few times over.
func order(columns [][]*slot) {
	for range 6 {
		for _, column := range columns {
			for i, s := range column {
				if s.weight = float64(i); len(s.before) > 0 {
					s.weight = 0
					for _, b := range s.before {
						s.weight += b.weight / float64(len(s.before))
					}
				}
			}
			slices.SortStableFunc(column, func(a, b *slot) int { return cmp.Compare(a.weight, b.weight) })
			for i, s := range column {
				s.weight = float64(i)
			}
		}
	}
}

// place stacks each column, each slot as near as it can be to what leads to it.
func place(columns [][]*slot) {
	for x, column := range columns {
		y := 0
		for _, s := range column {
			want := y
			if len(s.before) > 0 {
				sum := 0
				for _, b := range s.before {
					sum += b.y
				}
				want = sum / len(s.before)
			}
			s.x, s.y = x*(boxWidth+gapX), max(y, want)
			y = s.y + s.height() + gapY
			if s.box != nil {
				s.box.x, s.box.y = s.x, s.y
			}
		}
	}
}
