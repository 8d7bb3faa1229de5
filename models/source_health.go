package models

// SourceTraffic is how the requests to a source went in the last hour.
type SourceTraffic struct {
	Requests int64
	Failed   int64 // answered with an error, or not at all
	// RiskEvents counts the answers by which the source blocked or asked for slower requests.
	RiskEvents int64
	// AvgMS and P95MS are times to the answer in milliseconds.
	AvgMS, P95MS int64
}

// SuccessPercent is the share of requests that were answered well, rounded down; 100 when
// there were none.
func (t SourceTraffic) SuccessPercent() int {
	if t.Requests == 0 {
		return 100
	}
	return int((t.Requests - t.Failed) * 100 / t.Requests)
}

// SourceHealth is how a source does.
type SourceHealth struct {
	Name               string
	Collects, Provides bool
	Blocked            bool  // its circuit is open, or items wait for it
	SinceMS            int64 // when it began to block, 0 = unknown
	RetryAtMS          int64 // when it is asked next, 0 = unknown
	Code               Code
	Reason             string
	Credential         bool // the operator has set an account or cookie
	Traffic            SourceTraffic
}
