package perch

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Seen remembers which ClientTokens a session has answered, and with which
// entry. A session lives no longer than a token has to be remembered, so
// nothing is ever forgotten before the end.
type Seen struct {
	at    map[TokenHash]int64 // committed; shared between copies of a session
	fresh []seen              // of this copy, not committed yet
}

type seen struct {
	token  TokenHash
	number int64
}

// Number is the entry that a token made.
func (s *Seen) Number(token TokenHash) (int64, bool) {
	if s == nil || token == 0 {
		return 0, false
	}
	for _, f := range s.fresh {
		if f.token == token {
			return f.number, true
		}
	}
	n, ok := s.at[token]
	return n, ok
}

// Fork is a copy to which tokens can be added without the other's knowledge.
func (s *Seen) Fork() *Seen {
	if s == nil {
		return nil
	}
	return &Seen{at: s.at}
}

func (s *Seen) add(token TokenHash, number int64) {
	s.fresh = append(s.fresh, seen{token, number})
}

func (s *Seen) settle() {
	if s.at == nil && len(s.fresh) > 0 {
		s.at = make(map[TokenHash]int64)
	}
	for _, f := range s.fresh {
		s.at[f.token] = f.number
	}
	s.fresh = nil
}

// MarshalJSON writes the tokens in the order of their numbers, so that equal
// states have equal checkpoints.
func (s *Seen) MarshalJSON() ([]byte, error) {
	all := maps.Clone(s.at)
	if all == nil {
		all = make(map[TokenHash]int64)
	}
	for _, f := range s.fresh {
		all[f.token] = f.number
	}
	tokens := slices.SortedFunc(maps.Keys(all), func(a, b TokenHash) int { return int(all[a] - all[b]) })
	var out []byte
	for _, t := range tokens {
		out = binary.BigEndian.AppendUint64(out, uint64(t))
		out = binary.AppendUvarint(out, uint64(all[t]))
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Seen) UnmarshalJSON(data []byte) error {
	var in []byte
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	s.at, s.fresh = make(map[TokenHash]int64), nil
	for len(in) > 0 {
		if len(in) < 9 {
			return fmt.Errorf("the tokens of a checkpoint end early")
		}
		number, n := binary.Uvarint(in[8:])
		if n <= 0 {
			return fmt.Errorf("the tokens of a checkpoint are damaged")
		}
		s.at[TokenHash(binary.BigEndian.Uint64(in))] = int64(number)
		in = in[8+n:]
	}
	return nil
}
