package wire_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

func TestClientFrames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wire.Frame{
		`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`:   {Kind: wire.FrameSubscribe, Topics: []string{"aws/chat"}},
		`{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}`: {Kind: wire.FrameUnsubscribe, Topics: []string{"aws/chat"}},
		`{"topic":"aws/heartbeat"}`:                                     {Kind: wire.FrameHeartbeat},
		`{"topic":"aws/ping"}`:                                          {Kind: wire.FramePing},
		`{"topic":"aws/ping","content":null,"more":[1]}`:                {Kind: wire.FramePing},
		`{"topic":"aws/chat","content":"{}"}`:                           {},
		`{"topic":"someone/else"}`:                                      {},
		`{}`:                                                            {},
	} {
		got, err := wire.ParseFrame([]byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestMalformedFramesAreAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "x", "[]", `"aws/ping"`, "1", `{"topic":1}`, `{"topic":"aws/ping"`, `{"topic":"aws/ping"}{}`,
		`{"topic":"aws/subscribe"}`, `{"topic":"aws/subscribe","content":"aws/chat"}`, `{"topic":"aws/subscribe","content":{"topics":"aws/chat"}}`,
		`{"topic":"aws/subscribe","content":{"topics":["` + strings.Repeat(`a","`, 16) + `a"]}}`,
	} {
		if _, err := wire.ParseFrame([]byte(text)); perch.KindOf(err) != perch.Invalid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		string(wire.SubscribeAnswer([]string{"aws/chat"})):       `{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`,
		string(wire.SubscribeAnswer(nil)):                        `{"topic":"aws/subscribe","content":{"status":"success","topics":[]}}`,
		string(wire.SubscribeFailure([]string{`"`, "b"})):        `{"topic":"aws/subscribe","content":{"status":"failure","topics":["\"","b"]}}`,
		string(wire.UnsubscribeAnswer([]string{wire.TopicChat})): `{"topic":"aws/unsubscribe","content":{"status":"success","topics":["aws/chat"]}}`,
		wire.HeartbeatAnswer:                                     `{"topic":"aws/heartbeat"}`,
		wire.PingAnswer:                                          `{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`,
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// item opens a frame as ChatJS does: parse, then parse its content again.
func item(t interface{ Fatalf(string, ...any) }, frame []byte) (it wire.Item, inner string) {
	var f struct{ Topic, ContentType, Content string }
	if err := json.Unmarshal(frame, &f); err != nil || f.Topic != "aws/chat" || f.ContentType != "application/json" {
		t.Fatalf("%s: %v", frame, err)
	}
	if err := json.Unmarshal([]byte(f.Content), &it); err != nil {
		t.Fatalf("%s: %v", f.Content, err)
	}
	return it, f.Content
}

func TestChatFrameIsTheItemAsAString(t *testing.T) {
	t.Parallel()
	got := string(wire.ChatFrame(&wire.Item{
		AbsoluteTime: "2026-01-02T03:04:05.006Z", Content: `say "hi" \o/` + "\n", ContentType: wire.TextPlain, Id: "i", Type: wire.TypeMessage,
		ParticipantId: "p", DisplayName: "Zoë", ParticipantRole: wire.RoleCustomer, ContactId: "c2", InitialContactId: "c1",
	}))
	want := `{"topic":"aws/chat","contentType":"application/json","content":"{\"AbsoluteTime\":\"2026-01-02T03:04:05.006Z\",` +
		`\"Content\":\"say \\\"hi\\\" \\\\o/\\n\",\"ContentType\":\"text/plain\",\"Id\":\"i\",\"Type\":\"MESSAGE\",\"ParticipantId\":\"p\",` +
		`\"DisplayName\":\"Zoë\",\"ParticipantRole\":\"CUSTOMER\",\"ContactId\":\"c2\",\"InitialContactId\":\"c1\"}"}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReceiptFrame(t *testing.T) {
	t.Parallel()
	got, _ := item(t, wire.ReceiptFrame(
		wire.Item{Id: "i", AbsoluteTime: "t", ContactId: "c", InitialContactId: "c1", Content: "not this", DisplayName: "nor this"},
		"m", wire.Receipt{ReadTimestamp: "r", RecipientParticipantId: "p"}))
	want := wire.Item{
		Id: "i", AbsoluteTime: "t", ContactId: "c", InitialContactId: "c1",
		Type: "MESSAGEMETADATA", ContentType: "application/vnd.amazonaws.connect.event.message.metadata",
		MessageMetadata: &wire.MessageMetadata{MessageId: "m", Receipts: []wire.Receipt{{ReadTimestamp: "r", RecipientParticipantId: "p"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestAgentFrameIsItsContentAsAString(t *testing.T) {
	t.Parallel()
	content := `{"Version":12,"Contacts":[{"Attributes":{"a \\ b":"\"ü\" \n"}}]}`
	frame := wire.AgentFrame([]byte(content))
	var f struct{ Topic, ContentType, Content string }
	if err := json.Unmarshal(frame, &f); err != nil || f.Topic != "perch/agent" || f.ContentType != "application/json" || f.Content != content {
		t.Errorf("%s: %v", frame, err)
	}
}

func TestAnyItemComesOutOfItsFrame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("\"\\\n\r\t\x00\x1f\x7f\u2028\u2029<>&/é漢🙂 "))))
		in := wire.Item{
			AbsoluteTime: text.Draw(t, "time"), Content: text.Draw(t, "content"), ContentType: text.Draw(t, "type"), Id: text.Draw(t, "id"),
			Type: text.Draw(t, "kind"), ParticipantId: text.Draw(t, "participant"), DisplayName: text.Draw(t, "name"), ParticipantRole: text.Draw(t, "role"),
			RelatedContactId: text.Draw(t, "related"), ContactId: text.Draw(t, "contact"), InitialContactId: text.Draw(t, "initial"),
		}
		if n := rapid.IntRange(-1, 3).Draw(t, "receipts"); n >= 0 {
			in.MessageMetadata = &wire.MessageMetadata{MessageId: text.Draw(t, "message"), MessageProcessingStatus: text.Draw(t, "status")}
			for range n {
				in.MessageMetadata.Receipts = append(in.MessageMetadata.Receipts, wire.Receipt{
					DeliveredTimestamp: text.Draw(t, "delivered"), ReadTimestamp: text.Draw(t, "read"), RecipientParticipantId: text.Draw(t, "recipient"),
				})
			}
		}
		out, inner := item(t, wire.ChatFrame(&in))
		if !reflect.DeepEqual(in, out) {
			t.Fatalf("in  %+v\nout %+v", in, out)
		}
		if plain, _ := json.Marshal(in); !sameJSON(plain, []byte(inner)) {
			t.Fatalf("a page has %s, a frame has %s", plain, inner)
		}
	})
}

func TestFrameIsUTF8WhateverTheItemHolds(t *testing.T) {
	t.Parallel()
	frame := wire.ChatFrame(&wire.Item{Content: "a\xff\xc3(\xed\xa0\x80z"})
	if got, _ := item(t, frame); got.Content != "a\ufffd\ufffd(\ufffd\ufffd\ufffdz" || !utf8.Valid(frame) {
		t.Errorf("%q", got.Content)
	}
}

func TestOrdinaryFrameMakesOneBuffer(t *testing.T) {
	it := wire.Item{
		AbsoluteTime: "2026-01-02T03:04:05.006Z", Content: strings.Repeat("hello ", 40), ContentType: wire.TextPlain,
		Id: "0190a5c2-7b1e-7c3d-9a54-6f0f2f7a4f10", Type: wire.TypeMessage, ParticipantId: "0190a5c2-7b1e-7c3d-9a54-6f0f2f7a4f10",
		DisplayName: "Ada Lovelace", ParticipantRole: wire.RoleCustomer,
		ContactId: "0190a5c2-7b1e-7c3d-9a54-6f0f2f7a4f10", InitialContactId: "0190a5c2-7b1e-7c3d-9a54-6f0f2f7a4f10",
	}
	var frame []byte
	if n := testing.AllocsPerRun(100, func() { frame = wire.ChatFrame(&it) }); n > 1 {
		t.Errorf("%.0f allocations", n)
	}
	if cap(frame) > 3*len(frame) {
		t.Errorf("%d bytes in a buffer of %d", len(frame), cap(frame))
	}
}

func TestContentLimits(t *testing.T) {
	t.Parallel()
	for _, name := range []string{wire.TextPlain, wire.TextMarkdown, wire.ApplicationJSON, wire.Interactive, wire.InteractiveResponse, wire.EventMessageRead} {
		if wire.ContentLimit(name) != 16384 {
			t.Error(name)
		}
	}
	for _, name := range []string{wire.EventTyping, wire.EventChatEnded, "", "image/png"} {
		if wire.ContentLimit(name) != 0 {
			t.Errorf("%q has content", name)
		}
	}
}

func FuzzParseFrame(f *testing.F) {
	f.Add([]byte(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`))
	f.Add([]byte(`{"topic":"aws/ping"}`))
	f.Add([]byte(`{"topic":"aws/unsubscribe","content":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := wire.ParseFrame(data)
		if err != nil && perch.KindOf(err) != perch.Invalid {
			t.Error(err)
		}
		if answer := wire.SubscribeAnswer(frame.Topics); !json.Valid(answer) {
			t.Errorf("%s", answer)
		}
	})
}

func BenchmarkChatFrame(b *testing.B) {
	it := wire.Item{AbsoluteTime: "2026-01-02T03:04:05.006Z", Content: strings.Repeat("hello \"you\" ", 20), Id: "i", Type: "MESSAGE", ContactId: "c"}
	b.ReportAllocs()
	for b.Loop() {
		wire.ChatFrame(&it)
	}
}
