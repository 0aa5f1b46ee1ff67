package flowrun_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

const interactive = wire.Interactive

// talking is a flow that talks with a bot, and says what has come of it.
func talking(more string) string {
	return script(
		action("ask", "ConnectParticipantWithLexBot", `{"Text":"Hello $.Attributes.name.","LexV2Bot":{"AliasArn":"arn:bot"},"LexSessionAttributes":{"tier":"$.Attributes.tier"},`+
			`"LexTimeoutSeconds":{"Text":"60"}`+more+`}`, "", when("Book", "book", "Cancel", "cancel"),
			fails("NoMatchingCondition", "other", "NoMatchingError", "broken", "InputTimeLimitExceeded", "late")),
		say("book", "Booked $.Lex.Slots.city for $.Lex.SessionAttributes.tier, $.Lex.SentimentResponse.Label, sure by $.Lex.IntentConfidence.Score.", "end"),
		say("cancel", "Cancelled.", "end"), say("other", "Something else: $.Lex.IntentName.", "end"),
		say("broken", "Broken: $.Lex.DialogState.", "end"), say("late", "Too late.", "end"), disconnect("end"))
}

// speech is a bot that asks for a city and is told it.
type speech struct{ heard []outside.Utterance }

func (b *speech) talk(_ context.Context, u outside.Utterance) (outside.Reply, error) {
	b.heard = append(b.heard, u)
	<-time.After(time.Second)
	if u.Text != "Oslo" {
		return outside.Reply{Messages: says("Which city?"), Attributes: map[string]string{"tier": "silver"}, State: json.RawMessage(`{"asked":1}`)}, nil
	}
	return outside.Reply{Messages: says("Done."), Over: true, Intent: "Book", Data: json.RawMessage(`{"IntentName":"Book","IntentConfidence":{"Score":0.9},"Slots":{"city":"Oslo"},` +
		`"SessionAttributes":{"tier":"silver"},"SentimentResponse":{"Label":"POSITIVE"}}`)}, nil
}

func says(texts ...string) (all []outside.BotMessage) {
	for _, text := range texts {
		all = append(all, outside.BotMessage{ContentType: outside.PlainText, Content: text})
	}
	return all
}

func (k *talk) texting(text string) { k.say(text); k.w.elapse(2 * time.Second) }

func named() perch.Attributes {
	return perch.Attributes{"name": {Value: "Ada", Origin: perch.FromSigV4}, "tier": {Value: "gold", Origin: perch.FromSigV4}}
}

func TestBotTalksWithTheCustomerUntilItKnows(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		b := &speech{}
		w.bot = b.talk
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		k.wantTexts("Hello Ada.")
		k.texting("I want a room")
		k.wantTexts("Hello Ada.", "Which city?")
		w.elapse(50 * time.Second) // which is less than it may take
		k.texting("Oslo")
		k.wantTexts("Hello Ada.", "Which city?", "Done.", "Booked Oslo for silver, POSITIVE, sure by 0.9.")
		if !k.state().Ended {
			t.Error("the flow has not gone on")
		}
		for i := range b.heard {
			b.heard[i].Instance, b.heard[i].Alias, b.heard[i].Turn = "", "", 0
		}
		want := []outside.Utterance{
			{Bot: "arn:bot", Session: string(k.id), Locale: "en_US", Text: "I want a room", Attributes: map[string]string{"tier": "gold"}, First: true},
			{Bot: "arn:bot", Session: string(k.id), Locale: "en_US", Text: "Oslo", Attributes: map[string]string{"tier": "silver"}, State: json.RawMessage(`{"asked":1}`)}}
		if d := cmp.Diff(want, b.heard); d != "" {
			t.Errorf("the bot hears otherwise (-want +got):\n%s", d)
		}
		var as []string
		w.must(w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
			if it, ok := wire.ItemOf("", e, false); ok && it.ParticipantRole == wire.RoleSystem {
				as = append(as, it.DisplayName)
			}
			return nil
		}))
		if d := cmp.Diff([]string{"SYSTEM_MESSAGE", "BOT", "BOT", "SYSTEM_MESSAGE"}, as[:4]); d != "" {
			t.Errorf("they speak as %v", as)
		}
	})
}

// What is written while the bot thinks is told it next, message by message.
func TestBotHearsEachMessageOnceAndInOrder(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		b := &speech{}
		w.bot = b.talk
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		for _, text := range []string{"a", "b", "c", "Oslo", "after"} {
			k.say(text)
		}
		w.elapse(10 * time.Second)
		var heard []string
		for _, u := range b.heard {
			heard = append(heard, u.Text)
		}
		if !slices.Equal(heard, []string{"a", "b", "c", "Oslo"}) {
			t.Errorf("it hears %q", heard)
		}
	})
}

func TestBotBeginsWithTheInitialMessage(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		b := &speech{}
		w.bot = b.talk
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking(`,"LexInitializationData":{"InitialMessage":"$.Media.InitialMessage"}`)), Attributes: named(),
			Initial: &chat.Saying{ContentType: "text/plain", Content: "Oslo"}})
		w.elapse(2 * time.Second)
		if k.wantTexts("Hello Ada.", "Done.", "Booked Oslo for silver, POSITIVE, sure by 0.9."); len(b.heard) != 1 || !b.heard[0].First {
			t.Errorf("it hears %+v", b.heard)
		}
	})
}

func TestBranchesOfATalk(t *testing.T) {
	for name, c := range map[string]struct {
		reply outside.Reply
		err   error
		want  string
	}{
		"another intent": {outside.Reply{Over: true, Intent: "Cancel"}, nil, "Cancelled."},
		"no branch":      {outside.Reply{Over: true, Intent: "Else", Data: json.RawMessage(`{"IntentName":"Else"}`)}, nil, "Something else: Else."},
		"no intent":      {outside.Reply{Over: true}, nil, "Something else: ."},
		"failed":         {outside.Reply{Over: true, Failed: true, Intent: "Book", Data: json.RawMessage(`{"DialogState":"Failed"}`)}, nil, "Broken: Failed."},
		"out of reach":   {outside.Reply{}, errors.New("nobody there"), "Broken: ."},
		"never answers":  {outside.Reply{}, context.DeadlineExceeded, "Broken: ."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.bot = func(ctx context.Context, _ outside.Utterance) (outside.Reply, error) {
					if errors.Is(c.err, context.DeadlineExceeded) {
						<-ctx.Done()
					}
					return c.reply, c.err
				}
				k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
				k.say("hi")
				w.elapse(31 * time.Second)
				k.wantTexts("Hello Ada.", c.want)
			})
		})
	}
}

// A bot that thinks for long costs next to nothing meanwhile.
func TestBotThatThinksForLong(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		asked := 0
		w.bot = func(context.Context, outside.Utterance) (outside.Reply, error) {
			asked++
			<-time.After(28 * time.Second)
			return outside.Reply{Messages: says("Well."), Over: true, Intent: "Cancel"}, nil
		}
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		k.say("hi")
		w.elapse(time.Second)
		before := w.committed()
		w.elapse(25 * time.Second)
		if n := w.committed() - before; n > 2 {
			t.Errorf("%d commits in 25 seconds", n)
		}
		w.elapse(5 * time.Second)
		if k.wantTexts("Hello Ada.", "Well.", "Cancelled."); asked != 1 {
			t.Errorf("it is asked %d times", asked)
		}
	})
}

// The customer has the time of the flow for each answer.
func TestCustomerWhoDoesNotAnswerABot(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		b := &speech{}
		w.bot = b.talk
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		w.elapse(40 * time.Second)
		k.texting("hm")
		w.elapse(50 * time.Second)
		k.wantTexts("Hello Ada.", "Which city?")
		w.elapse(10 * time.Second)
		k.wantTexts("Hello Ada.", "Which city?", "Too late.")
	})
}

// A stop or a crash in the midst of a bot's turn changes nothing about the talk.
func TestTalkGoesOnAfterARestart(t *testing.T) {
	for name, end := range map[string]func(w *world){"stopped": func(w *world) { w.restart() }, "killed": func(w *world) { w.crash(); w.elapse(0) }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				b := &speech{}
				w.bot = b.talk
				k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
				k.say("a room")
				w.elapse(500 * time.Millisecond)
				end(w)
				w.elapse(15 * time.Second)
				k.wantTexts("Hello Ada.", "Which city?")
				k.say("Oslo")
				w.elapse(500 * time.Millisecond)
				end(w)
				w.elapse(15 * time.Second)
				k.wantTexts("Hello Ada.", "Which city?", "Done.", "Booked Oslo for silver, POSITIVE, sure by 0.9.")
				turns := map[int64]int{}
				for _, u := range b.heard {
					turns[u.Turn]++
				}
				if len(turns) != 2 {
					t.Errorf("the bot is told of turns %v", turns)
				}
			})
		})
	}
}

func TestTalkStandsWhereItStoodAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{
		prepare: func(w *world) any { return w.inbound("Talks", talking("")) },
		tell: func(w *world, in any) []string {
			w.bot = (&speech{}).talk
			k := w.open(chat.Start{Flow: in.(perch.FlowID), Attributes: named()})
			w.elapse(time.Second)
			k.say("a room")
			w.elapse(30 * time.Second)
			k.say("Oslo")
			w.elapse(30 * time.Second)
			return k.told()
		},
	})
}

func TestBotOfAnEarlierContactIsDropped(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.bot = (&speech{}).talk
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		k.say("a room")
		k.turn(func(t *chat.Turn) error { return t.End(perch.Stopped) })
		w.elapse(5 * time.Second)
		k.wantTexts("Hello Ada.")
		if !strings.Contains(w.logged(), "no longer in force") {
			t.Errorf("the log says %s", w.logged())
		}
	})
}

// Cards and templates are shown where the chat's client can, and told elsewhere.
func TestWhatABotShows(t *testing.T) {
	card := outside.BotMessage{ContentType: outside.ImageCard, Card: &outside.Card{Title: "Rooms", Subtitle: "with a view", ImageURL: "https://x.example/r.png",
		Buttons: []outside.Button{{Text: "Single", Value: "one bed"}, {Text: "Double", Value: "two beds"}}}}
	template := `{"templateType":"QuickReply","version":"1.0","data":{"content":{"title":"Which?","elements":[{"title":"A"},{"title":"B"}]}}}`
	broken := `{"templateType":"QuickReply","version":"1.0","data":{"content":{"title":"","elements":[]}}}`
	for name, c := range map[string]struct {
		types []string
		want  []string
	}{
		"interactive": {[]string{"text/plain", interactive}, []string{
			interactive + ` {"data":{"content":{"title":"Rooms","subtitle":"with a view","imageType":"URL","imageData":"https://x.example/r.png","elements":[{"title":"Single"},{"title":"Double"}]}},"templateType":"ListPicker","version":"1.0"}`,
			interactive + " " + template, "text/plain Said & done.", `text/plain {"x":1}`, "text/plain Only a title",
			interactive + ` {"data":{"content":{"title":"Seen","elements":[{"title":"A"}]}},"templateType":"ListPicker","version":"1.0"}`}},
		"plain": {[]string{"text/plain"}, []string{"text/plain Rooms\nwith a view\n- Single\n- Double", "text/plain Which?", "text/plain Said & done.", `text/plain {"x":1}`, "text/plain Only a title", "text/plain Seen\n- A"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.bot = func(context.Context, outside.Utterance) (outside.Reply, error) {
					return outside.Reply{Messages: []outside.BotMessage{card, {ContentType: outside.CustomPayload, Content: template}, {ContentType: outside.CustomPayload, Content: broken},
						{ContentType: outside.SSML, Content: "<speak>Said &amp; <emphasis>done</emphasis>.</speak>"}, {ContentType: outside.CustomPayload, Content: `{"x":1}`},
						{ContentType: outside.PlainText, Content: " "}, {ContentType: outside.ImageCard, Card: &outside.Card{Title: "Only a title"}},
						{ContentType: outside.ImageCard, Card: &outside.Card{Title: "Seen", ImageURL: "https://x.example/" + strings.Repeat("i", 300), Buttons: []outside.Button{{Text: "A"}}}}}}, nil
				}
				k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named(), ContentTypes: c.types})
				k.texting("a room")
				var said []string
				w.must(w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
					if m, ok := e.Body.(perch.Message); ok && m.Name == "BOT" {
						said = append(said, fmt.Sprint(m.ContentType, " ", m.Content))
					}
					return nil
				}))
				if d := cmp.Diff(c.want, said); d != "" {
					t.Errorf("it says otherwise (-want +got):\n%s", d)
				}
			})
		})
	}
}

// Who picks an option says what it stands for.
func TestAChoiceIsToldTheBotAsWhatItStandsFor(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		var heard []string
		w.bot = func(_ context.Context, u outside.Utterance) (outside.Reply, error) {
			heard = append(heard, u.Text)
			return outside.Reply{Messages: []outside.BotMessage{{ContentType: outside.ImageCard, Card: &outside.Card{Title: "Rooms", Buttons: []outside.Button{{Text: "Single", Value: "one bed"}}}}}}, nil
		}
		k := w.open(chat.Start{Flow: w.inbound("Talks", talking("")), Attributes: named()})
		k.texting("a room")
		k.texting("Single")
		if !slices.Equal(heard, []string{"a room", "one bed"}) {
			t.Errorf("it hears %q", heard)
		}
	})
}

// A flow's bot and a custom participant are not in a chat together.
func TestBotOfAFlowTakesThePlaceOfACustomParticipant(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.bot = (&speech{}).talk
		in := w.inbound("Talks", script(action("wait", "Wait", `{"TimeLimitSeconds":"5"}`, "ask", when("WaitCompleted", "ask"), fails("NoMatchingError", "end")),
			action("ask", "ConnectParticipantWithLexBot", `{"LexV2Bot":{"AliasArn":"arn:bot"}}`, "", when("Book", "end"), fails("NoMatchingCondition", "end", "NoMatchingError", "end")), disconnect("end")))
		k := w.open(chat.Start{Flow: in})
		add := func(token string) error {
			_, err := w.chats.AddBot(context.Background(), k.id, chat.Bot{Contact: k.id.First(), Name: "Custom", Once: chat.Once{Instance: w.instance, Operation: "CreateParticipant", ClientToken: token, Request: []byte(token)}})
			return err
		}
		w.must(add("1"))
		w.elapse(6 * time.Second)
		if bot, ok := k.state().Bot(); ok || !k.state().Current().Bot {
			t.Errorf("there are %v and %v", bot, k.state().Current().Bot)
		}
		if err := add("2"); perch.KindOf(err) != perch.Conflict {
			t.Errorf("a second one is answered %v", err)
		}
		k.texting("Oslo")
		if k.state().Current().Bot {
			t.Error("the bot stays when its talk is over")
		}
	})
}
