// Package bus is perch's bell: it says that something has moved on, and never
// what became of it. A listener that is not exactly one behind reads from the
// store. Rings that are lost, doubled or out of order cost time, not truth.
package bus

import "sync"

// Signal is one ring of the bell.
type Signal struct {
	Topic string
	// At is the version that the topic has reached; 0 of a whisper.
	At int64
	// Payload may carry what is new, as a shortcut within the process; of a
	// whisper it is all there is. Listeners must not change it.
	Payload any
}

// Bus carries signals to whoever watches a topic.
type Bus interface {
	// Ring says that a topic has reached a version.
	Ring(topic string, at int64, payload any)
	// Whisper passes on what is never stored, such as typing.
	Whisper(topic string, payload any)
	// Watch calls f for every signal of a topic until stop is called. f must
	// not block: it runs where the bell is rung.
	Watch(topic string, f func(Signal)) (stop func())
}

// Memory is the bus of a single process. Its zero value is ready.
type Memory struct {
	mu       sync.RWMutex
	next     int
	watchers map[string]map[int]func(Signal)
}

// Ring implements Bus.
func (m *Memory) Ring(topic string, at int64, payload any) {
	m.send(Signal{Topic: topic, At: at, Payload: payload})
}

// Whisper implements Bus.
func (m *Memory) Whisper(topic string, payload any) {
	m.send(Signal{Topic: topic, Payload: payload})
}

func (m *Memory) send(s Signal) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, f := range m.watchers[s.Topic] {
		f(s)
	}
}

// Watch implements Bus. After stop has returned, f is not called any more;
// stop must not be called from f.
func (m *Memory) Watch(topic string, f func(Signal)) (stop func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.watchers == nil {
		m.watchers = map[string]map[int]func(Signal){}
	}
	if m.watchers[topic] == nil {
		m.watchers[topic] = map[int]func(Signal){}
	}
	m.next++
	id := m.next
	m.watchers[topic][id] = f
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.watchers[topic], id)
		if len(m.watchers[topic]) == 0 {
			delete(m.watchers, topic)
		}
	}
}
