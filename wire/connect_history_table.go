package wire

// doc: API_GetMetricDataV2
func getMetricDataV2() *Operation {
	return &Operation{Service: Connect, Name: "GetMetricDataV2", Method: "POST", Path: "/metrics/data",
		Fields: []Field{
			{Name: "ResourceArn", Type: String, Required: true},
			{Name: "StartTime", Type: Number, Required: true},
			{Name: "EndTime", Type: Number, Required: true},
			{Name: "Interval", Type: Structure},
			{Name: "Interval.TimeZone", Type: String},
			{Name: "Interval.IntervalPeriod", Type: String, Enum: []string{"FIFTEEN_MIN", "THIRTY_MIN", "HOUR", "DAY", "WEEK", "TOTAL"}},
			{Name: "Filters", Type: List, Required: true, Min: 1, Max: 5},
			{Name: "Filters[]", Type: Structure},
			{Name: "Filters[].FilterKey", Type: String, Required: true, Min: 1, Max: 250},
			{Name: "Filters[].FilterValues", Type: List, Required: true, Min: 1, Max: 100},
			{Name: "Filters[].FilterValues[]", Type: String, Min: 1, Max: 250},
			{Name: "Groupings", Type: List, Max: 4},
			{Name: "Groupings[]", Type: String},
			{Name: "Metrics", Type: List, Required: true},
			{Name: "Metrics[]", Type: Structure},
			{Name: "Metrics[].Name", Type: String, Required: true},
			{Name: "Metrics[].Threshold", Type: List, Max: 1},
			{Name: "Metrics[].Threshold[]", Type: Structure},
			{Name: "Metrics[].Threshold[].Comparison", Type: String, Required: true, Min: 1, Max: 250},
			{Name: "Metrics[].Threshold[].ThresholdValue", Type: Number, Required: true},
			{Name: "Metrics[].MetricFilters", Type: List, Max: 2},
			{Name: "Metrics[].MetricFilters[]", Type: Structure},
			{Name: "Metrics[].MetricFilters[].MetricFilterKey", Type: String, Required: true},
			{Name: "Metrics[].MetricFilters[].MetricFilterValues", Type: List, Required: true, Min: 1, Max: 10},
			{Name: "Metrics[].MetricFilters[].MetricFilterValues[]", Type: String},
			{Name: "Metrics[].MetricFilters[].Negate", Type: Boolean},
			{Name: "NextToken", Type: String, Min: 1, Max: 2500},
			{Name: "MaxResults", Type: Integer, Min: 1, Max: 100},
		},
		Errors: shapes(InvalidRequest, InvalidParameter, InternalService, Throttling, ResourceNotFound)}
}
