package wire

// HoursRequest is what the operations on hours of operation are asked with: each
// has the members of its table, and the others are absent.
type HoursRequest struct {
	OfInstance
	HoursOfOperationId string            `json:",omitempty"` // id or ARN
	Name               string            `json:",omitempty"`
	Description        *string           `json:",omitempty"`
	TimeZone           string            `json:",omitempty"`
	Config             []HoursSlot       `json:",omitzero"` // absent: as they were; empty: none
	Tags               map[string]string `json:",omitempty"`
	FromDate           string            `json:",omitempty"`
	ToDate             string            `json:",omitempty"`
}

// HoursOverrideRequest is what the operations on overrides are asked with.
type HoursOverrideRequest struct {
	OfInstance
	HoursOfOperationId         string            `json:",omitempty"` // id or ARN
	HoursOfOperationOverrideId string            `json:",omitempty"`
	Name                       string            `json:",omitempty"`
	Description                *string           `json:",omitempty"`
	Config                     []HoursSlot       `json:",omitzero"` // absent: as they were; empty: closed
	EffectiveFrom              string            `json:",omitempty"`
	EffectiveTill              string            `json:",omitempty"`
	RecurrenceConfig           *RecurrenceConfig `json:",omitempty"`
	OverrideType               string            `json:",omitempty"`
}

// RecurrenceConfig says when an override comes again.
//
// doc: API_RecurrencePattern
type RecurrenceConfig struct{ RecurrencePattern RecurrencePattern }

// RecurrencePattern is the rhythm of it.
type RecurrencePattern struct {
	Frequency           string
	Interval            int
	ByMonth             []int `json:",omitempty"`
	ByMonthDay          []int `json:",omitempty"`
	ByWeekdayOccurrence []int `json:",omitempty"`
}

// HoursSlot is a time of a day of the week.
//
// doc: API_HoursOfOperationConfig
type HoursSlot struct {
	Day       string     `json:",omitempty"` // SUNDAY
	StartTime *TimeOfDay `json:",omitempty"`
	EndTime   *TimeOfDay `json:",omitempty"`
}

// TimeOfDay is what a clock shows.
type TimeOfDay struct{ Hours, Minutes int }

// CreateHoursResponse names the hours of operation.
type CreateHoursResponse struct{ HoursOfOperationId, HoursOfOperationArn string }

// DescribeHoursResponse shows hours of operation.
type DescribeHoursResponse struct{ HoursOfOperation Hours }

// Hours are hours of operation as they are shown.
//
// doc: API_HoursOfOperation
type Hours struct {
	HoursOfOperationId  string
	HoursOfOperationArn string
	Name                string
	Description         string `json:",omitempty"`
	TimeZone            string
	Config              []HoursSlot
	Tags                map[string]string `json:",omitempty"`
	Stamp
}

// ListHoursResponse is one page of hours of operation.
type ListHoursResponse struct {
	HoursOfOperationSummaryList []Summary
	NextToken                   string `json:",omitempty"` // absent on the last page
}

// CreateHoursOverrideResponse names the override.
type CreateHoursOverrideResponse struct{ HoursOfOperationOverrideId string }

// DescribeHoursOverrideResponse shows an override.
type DescribeHoursOverrideResponse struct{ HoursOfOperationOverride HoursOverride }

// OverrideStandard is the type of an override that takes the place of the hours.
const OverrideStandard = "STANDARD"

// HoursOverride is an override as it is shown.
//
// doc: API_HoursOfOperationOverride
type HoursOverride struct {
	HoursOfOperationOverrideId string
	HoursOfOperationId         string
	HoursOfOperationArn        string
	Name                       string
	Description                string `json:",omitempty"`
	Config                     []HoursSlot
	EffectiveFrom              string
	EffectiveTill              string
	OverrideType               string
}

// ListHoursOverridesResponse is one page of overrides.
type ListHoursOverridesResponse struct {
	HoursOfOperationOverrideList []HoursOverride
	NextToken                    string `json:",omitempty"` // absent on the last page
	Stamp
}

// EffectiveHoursResponse is what is open on each of some days.
//
// doc: API_GetEffectiveHoursOfOperations
type EffectiveHoursResponse struct {
	EffectiveHoursOfOperationList []EffectiveHours
	EffectiveOverrideHoursList    []EffectiveOverride
	TimeZone                      string
}

// EffectiveHours are the open times of a day.
type EffectiveHours struct {
	Date             string
	OperationalHours []OperationalHour
}

// OperationalHour is one open time.
type OperationalHour struct{ Start, End TimeOfDay }

// EffectiveOverride is what an override makes of a day.
type EffectiveOverride struct {
	Date          string
	OverrideHours []OverrideHour
}

// OverrideHour is one open time of an override.
type OverrideHour struct {
	Start, End        TimeOfDay
	OverrideName      string
	OperationalStatus string // OPEN
}
