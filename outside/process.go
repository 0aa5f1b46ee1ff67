package outside

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// processWithin is how long a function may take over a message where its entry
// does not say.
const processWithin = 10 * time.Second

// Processed is what a function has made of a message.
type Processed struct {
	Rejected bool // nobody is to see it
	// Content and ContentType are to be delivered in its place; empty where it is
	// good as it is. Content has at most 16,384 bytes.
	Content, ContentType string
}

// Knows tells whether there is an entry for a function.
func (c *Caller) Knows(call Call) bool {
	_, ok := c.find(call)
	return ok
}

// Process has a function process a message, for as long as its entry allows.
//
// Errors: as those of Invoke; and a function that says that it has failed, or
// answers what is no processed message.
// doc: redaction-message-processing.md
func (c *Caller) Process(ctx context.Context, call Call) (Processed, error) {
	f, ok := c.find(call)
	if !ok {
		return Processed{}, ErrUnknown
	}
	within := cmp.Or(time.Duration(f.ProcessingSeconds)*time.Second, processWithin)
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := c.invoke(ctx, f, call)
	if err != nil {
		return Processed{}, err
	}
	return ReadProcessed(answer)
}

// ReadProcessed reads what a function answers that has processed a message.
func ReadProcessed(answer []byte) (Processed, error) {
	var in struct {
		Status string `json:"status"`
		Result struct {
			Processed struct {
				Content     string `json:"content"`
				ContentType string `json:"contentType"`
			} `json:"processedChatContent"`
		} `json:"result"`
	}
	if err := json.Unmarshal(answer, &in); err != nil {
		return Processed{}, fmt.Errorf("what it answers is no processed message: %w", err)
	}
	switch out := in.Result.Processed; in.Status {
	case "APPROVED":
		return Processed{}, nil
	case "REJECTED":
		return Processed{Rejected: true}, nil
	case "FAILED":
		return Processed{}, fmt.Errorf("it says that it has failed")
	case "PROCESSED":
		switch {
		case out.Content == "" || len(out.Content) > maxBotMessage || !utf8.ValidString(out.Content):
			return Processed{}, fmt.Errorf("the content of what it has processed has %d bytes: it must be text of 1 to %d", len(out.Content), maxBotMessage)
		case out.ContentType != "text/plain" && out.ContentType != "text/markdown" && out.ContentType != "application/json":
			return Processed{}, fmt.Errorf("the content type of what it has processed is %.60q", out.ContentType)
		}
		return Processed{Content: out.Content, ContentType: out.ContentType}, nil
	}
	return Processed{}, fmt.Errorf("it answers with status %.40q: it is PROCESSED, APPROVED, REJECTED or FAILED", in.Status)
}
