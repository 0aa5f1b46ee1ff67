package serve

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/url"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/search"
)

// handlers says who does what has come due.
func handlers(chats *chat.Chats, router *routing.Router, flows *flowrun.Runner, files *archive.Archive, words *search.Search) map[string]func(context.Context, perch.Due) error {
	all := map[string]func(context.Context, perch.Due) error{
		chat.DueConnect:      chats.ConnectExpired,
		chat.DueExpire:       chats.ChatExpired,
		chat.DueBotConnect:   chats.BotExpired,
		chat.DueSilence:      chats.SilenceDue,
		perch.DueEnqueue:     router.Enqueue,
		perch.DueRequeue:     router.Requeue,
		perch.DueReorder:     router.Reorder,
		routing.DueOffer:     router.OfferExpired,
		routing.DueAccept:    router.AutoAccept,
		routing.DueAfterWork: router.AfterWorkExpired,
	}
	maps.Copy(all, flows.Handlers())
	maps.Copy(all, files.Handlers())
	maps.Copy(all, words.Handlers())
	return all
}

// PublicURL is the address that clients are given. A plain http address is good
// on this machine alone, where it is given as 127.0.0.1: ChatJS opens sockets
// at wss:// and ws://127.0.0.1: and nowhere else. With a certificate, which may
// be nil, the address is https.
func PublicURL(given string, listen net.Addr, certificate *Certificate) (string, error) {
	if given == "" && certificate != nil {
		host, err := certificate.host(listen)
		return "https://" + host, err
	}
	if given == "" {
		_, port, err := net.SplitHostPort(listen.String())
		if err != nil {
			return "", fmt.Errorf("the listen address %s: %w", listen, err)
		}
		return "http://127.0.0.1:" + port, nil
	}
	u, err := url.Parse(given)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf("the public URL %q is no address like https://chat.example.com: correct --public-url", given)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("the public URL %q must have no query and no fragment: correct --public-url", given)
	}
	if u.Scheme == "http" && certificate != nil {
		return "", fmt.Errorf("the public URL %q is plain http, and perch has a certificate to speak https: correct --public-url", given)
	}
	if u.Scheme == "http" {
		if !loopback(u.Hostname()) {
			return "", fmt.Errorf("the public URL %q is plain http: browsers and ChatJS open chat sockets over https only; "+
				"give perch a certificate by --tls-cert and --tls-key, or put a proxy that has one before it and give its https address as --public-url", given)
		}
		port := u.Port()
		if port == "" {
			port = "80"
		}
		u.Host = net.JoinHostPort("127.0.0.1", port)
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}

func socketURL(public string) (string, error) {
	rest, ok := strings.CutPrefix(public, "http")
	if !ok {
		return "", fmt.Errorf("the public URL %q is not an http address", public)
	}
	return "ws" + rest + api.SocketPath, nil
}

// loopback tells whether a host is this machine, whatever its network.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
