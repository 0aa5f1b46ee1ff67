package wire

// GetMetricDataV2Request asks for figures of a time.
//
// doc: API_GetMetricDataV2
type GetMetricDataV2Request struct {
	ResourceArn string // of the instance
	StartTime   Epoch
	EndTime     Epoch
	Interval    *MetricInterval `json:",omitempty"` // absent: TOTAL, UTC
	Filters     []MetricFilter
	Groupings   []string `json:",omitempty"`
	Metrics     []Metric
	NextToken   string `json:",omitempty"`
	MaxResults  int    `json:",omitempty"` // absent: 100
}

// MetricInterval says into which parts a time is cut, by the days of which zone.
type MetricInterval struct {
	TimeZone       string `json:",omitempty"`
	IntervalPeriod string `json:",omitempty"`
}

// MetricFilter takes contacts in by a key: QUEUE, AGENT, ROUTING_PROFILE, CHANNEL.
type MetricFilter struct {
	FilterKey    string
	FilterValues []string
}

// Metric is what is asked for.
type Metric struct {
	Name          string
	Threshold     []MetricThreshold `json:",omitempty"` // of SERVICE_LEVEL
	MetricFilters []MetricOwnFilter `json:",omitempty"`
}

// MetricThreshold is in seconds.
type MetricThreshold struct {
	Comparison     string // LT or LTE
	ThresholdValue *float64
}

// MetricOwnFilter takes contacts in for one metric.
type MetricOwnFilter struct {
	MetricFilterKey    string // INITIATION_METHOD or DISCONNECT_REASON
	MetricFilterValues []string
	Negate             bool `json:",omitempty"`
}

// GetMetricDataV2Response is a page of figures.
type GetMetricDataV2Response struct {
	MetricResults []MetricResult
	NextToken     string `json:",omitempty"`
}

// MetricResult is the figures of a group in a part of the time.
type MetricResult struct {
	Dimensions     map[string]string `json:",omitempty"`
	MetricInterval *MetricPart       `json:",omitempty"`
	Collections    []MetricData
}

// MetricPart is a part of the time.
type MetricPart struct {
	Interval           string
	StartTime, EndTime Epoch
}

// MetricData is a figure; an average of nothing has no value.
type MetricData struct {
	Metric Metric
	Value  *float64 `json:",omitempty"`
}
