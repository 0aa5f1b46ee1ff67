package serve_test

import (
	"testing/synctest"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// routed are the fields of an operation on who has which contact. What has to have
// happened to a chat before is done to one that waits here; a chat of others, and
// one that somebody has, stays as it is.
func (s *site) routed(op *wire.Operation, c talk) map[string]any {
	offered := func() {
		s.town.signedBy(s.keys[catalog.AdminScope], "POST", "/contacts/"+s.instance+"/"+c.contact+"/associate-user", object{"UserId": s.workers[0].id})
		synctest.Wait()
	}
	switch op.Name {
	case "MonitorContact":
		offered()
		s.work(0, "POST", "contacts/"+c.contact+"/accept", nil)
		return map[string]any{"UserId": s.supervisor.id, "AllowedMonitorCapabilities[]": "SILENT_MONITOR"}
	case "DismissUserContact":
		offered()
		s.work(0, "POST", "contacts/"+c.contact+"/reject", nil)
	case "GetMetricDataV2":
		return map[string]any{"ResourceArn": s.instance, "StartTime": 0, "EndTime": 1, "Filters": []object{{"FilterKey": "CHANNEL", "FilterValues": []string{"CHAT"}}},
			"Metrics": []object{{"Name": "CONTACTS_HANDLED"}}}
	case "GetCurrentMetricData":
		return map[string]any{"Filters": object{"Queues": []string{s.queue()}}}
	case "SearchContacts":
		return map[string]any{"TimeRange": object{"Type": "INITIATION_TIMESTAMP", "StartTime": 0, "EndTime": 1}}
	case "PutUserStatus":
		return map[string]any{"AgentStatusId": "Offline"}
	}
	return nil
}
