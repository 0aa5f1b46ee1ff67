package wire

import (
	"fmt"
	"strconv"
	"time"
)

// timeLayout has a fixed width, since ChatJS compares times as strings.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Time writes a time as the participant API and socket frames have it: UTC,
// exactly three digits of a second's fraction, cut not rounded.
//
// doc: API_Item
func Time(t time.Time) string { return t.UTC().Format(timeLayout) }

// ParseTime reads a time that a client wrote in ISO 8601: with a fraction of any
// length or none, and with Z or an offset.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("write the time like %s", timeLayout)
	}
	return t.UTC(), nil
}

// Epoch is a time as the Connect API writes it: a JSON number of seconds since
// 1970 with milliseconds as its fraction. Its zero value is left out by omitzero.
type Epoch time.Time

// IsZero tells an unset time, as time.Time does.
func (e Epoch) IsZero() bool { return time.Time(e).IsZero() }

// MarshalJSON writes 1700000000 or 1700000000.123.
func (e Epoch) MarshalJSON() ([]byte, error) {
	ms := time.Time(e).UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(nil, ms/1000, 10), nil
	}
	return strconv.AppendFloat(nil, float64(ms)/1000, 'f', 3, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes, to the millisecond.
func (e *Epoch) UnmarshalJSON(text []byte) error {
	seconds, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("write the time as a number of seconds, not %s", text)
	}
	*e = Epoch(time.UnixMilli(int64(seconds*1000 + 0.5)).UTC())
	return nil
}
