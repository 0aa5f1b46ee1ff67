package chat_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
)

// postgres is the server of this binary's tests.
var postgres = pgtest.Server{Tables: storetest.Tables}

// Conversations are the same on either engine: what is told here of SQLite is
// told again of PostgreSQL. newHouse knows by the name of the test.
func TestPostgres(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T){
		"story":       TestAChatGoesFromAgentToAgentToSurvey,
		"transfer":    TestATransferIsOneTurn,
		"survey":      TestTheLastAgentsGoingOpensTheSurvey,
		"end":         TestNothingFollowsTheEnd,
		"chains":      TestLinksAddUpAndWhatWasDroppedStaysAway,
		"once":        TestAStartIsMadeOnceForItsToken,
		"latest":      TestLatestIsTheLastEndedChatOfTheVerifiedCustomer,
		"sources":     TestASourceMustBeVouchedForOrTheSameCustomers,
		"pages":       TestPagesAgreeWithANaiveSlice,
		"walks":       TestWalksShowEachItemOnceForEveryPageSize,
		"any commit":  TestAnyCommitMayFailInBothWays,
		"messages":    TestMessagesAreThereOnceWhateverFails,
		"many speak":  TestManySpeakWhileCommitsFail,
		"no disk":     TestADiskThatNeverConfirms,
		"caller gone": TestACallerWhoIsGoneLeavesNoDoubt,
		"rows alone":  TestRowsOfUnknownOutcomeAreNotCalledLost,
	} {
		t.Run(name, test)
	}
}

// engine chooses the engine for a test.
func engine(t *testing.T, opts *store.Options) {
	t.Helper()
	if strings.Contains(t.Name(), "TestPostgres/") || strings.HasSuffix(t.Name(), "/TestPostgres") {
		opts.URL = postgres.Database(t)
	}
}
