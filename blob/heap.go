package blob

import (
	"fmt"
	"os"
	"sync"
)

// Heap is pieces of bytes that are put down for a while, more of them than memory
// holds. It lies in a file that nobody else finds; nothing of it is left when it is
// closed, even where the process is killed. It is safe for concurrent use.
type Heap struct {
	f   *os.File
	mu  sync.Mutex
	end int64
}

// Piece says where a piece lies in its heap.
type Piece struct {
	at   int64
	size int
}

// NewHeap makes a heap in a directory.
func NewHeap(dir string) (*Heap, error) {
	f, err := os.CreateTemp(dir, ".heap-")
	if err != nil {
		return nil, fmt.Errorf("making room for what is read: %w", err)
	}
	os.Remove(f.Name()) //nolint:errcheck // where an open file keeps its name, Close takes it away
	return &Heap{f: f}, nil
}

// Put puts a piece down.
func (h *Heap) Put(data []byte) (Piece, error) {
	h.mu.Lock()
	p := Piece{h.end, len(data)}
	h.end += int64(len(data))
	h.mu.Unlock()
	_, err := h.f.WriteAt(data, p.at)
	return p, err
}

// Get reads a piece.
func (h *Heap) Get(p Piece) ([]byte, error) {
	data := make([]byte, p.size)
	_, err := h.f.ReadAt(data, p.at)
	return data, err
}

// Close gives the space back.
func (h *Heap) Close() error {
	err := h.f.Close()
	os.Remove(h.f.Name()) //nolint:errcheck // it has gone already where names may go before
	return err
}
