package segment

import (
	"container/list"
	"sync"
)

// cache keeps what was used last, up to so many bytes.
type cache struct {
	mu    sync.Mutex
	most  int64
	size  int64
	order *list.List // of *kept, that used last in front
	by    map[string]*list.Element
}

type kept struct {
	key   string
	value any
	size  int64
}

func newCache(most int64) *cache {
	return &cache{most: most, order: list.New(), by: map[string]*list.Element{}}
}

func (c *cache) get(key string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.by[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept).value, true
}

func (c *cache) put(key string, value any, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.by[key]; there || size > c.most {
		return
	}
	c.by[key] = c.order.PushFront(&kept{key, value, size})
	for c.size += size; c.size > c.most; {
		old := c.order.Remove(c.order.Back()).(*kept)
		delete(c.by, old.key)
		c.size -= old.size
	}
}
