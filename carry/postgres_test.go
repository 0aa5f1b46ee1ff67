package carry_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
)

// postgres is the server of this binary's tests.
var postgres = pgtest.Server{Tables: storetest.Tables}

// What comes and goes is the same on either engine: what is told of SQLite is told
// again of PostgreSQL. openHouse knows by the name of the test.
func TestPostgres(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T){
		"chat":        TestAChatComesWithItsIdsItsTimesAndItsOrder,
		"page":        TestAPageBeginsAtAnImportedItem,
		"records":     TestRecordsTellOfAgentsQueuesAndReasons,
		"chains":      TestChatsContinueWhatTheirRecordsName,
		"again":       TestTheSameAgainChangesNothing,
		"attachments": TestAttachmentsComeAlong,
		"claims":      TestAContactBelongsToOneChat,
		"broken off":  TestAnImportThatBreaksOffGoesOn,
		"moved":       TestAnInstanceThatHasMovedIsTheSameToTheByte,
		"restored":    TestARestoreThatBreaksOffGoesOn,
		"one instant": TestAnExportIsOfOneInstant,
	} {
		t.Run(name, test)
	}
}

// engine chooses the engine for a test.
func engine(t testing.TB, opts *store.Options) {
	t.Helper()
	if strings.Contains(t.Name(), "TestPostgres/") {
		opts.URL = postgres.Database(t)
	}
}
