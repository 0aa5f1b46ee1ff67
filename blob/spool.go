package blob

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrSize says that a body has fewer or more bytes than it was to have.
var ErrSize = errors.New("blob: the body has another size")

// Spooled is a body that has arrived, and lies where nobody else finds it.
type Spooled struct{ *os.File }

// Spool takes in a body of exactly so many bytes, so that it can be put into a
// store more than once over. It lies in a directory until it is closed; nothing of
// it is left, even where the process is killed.
//
// Errors: ErrSize; of the body, no more than one byte beyond its size is read.
func Spool(dir string, body io.Reader, size int64) (Spooled, error) {
	f, err := os.CreateTemp(dir, ".upload-")
	if err != nil {
		return Spooled{}, fmt.Errorf("taking in a file: %w", err)
	}
	s := Spooled{f}
	os.Remove(f.Name()) //nolint:errcheck // where an open file keeps its name, Close takes it away
	n, err := io.Copy(f, io.LimitReader(body, size+1))
	if err == nil && n != size {
		err = ErrSize
	}
	if err != nil {
		return Spooled{}, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close gives the space back.
func (s Spooled) Close() error {
	err := s.File.Close()
	os.Remove(s.Name()) //nolint:errcheck // it has gone already where names may go before
	return err
}
