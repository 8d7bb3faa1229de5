package api

import "catalogsync/models"

// sourceJSON is how a source does; the counts and times are of the last hour.
type sourceJSON struct {
	Name           string      `json:"name"`
	Collects       bool        `json:"collects"`
	Provides       bool        `json:"provides"`
	Blocked        bool        `json:"blocked"`
	Since          instant     `json:"blocked_since"`
	RetryAt        instant     `json:"retry_at"`
	Code           models.Code `json:"code,omitempty"`
	Reason         string      `json:"reason,omitempty"`
	CredentialSet  bool        `json:"credential_set"`
	Requests       int64       `json:"requests"`
	Failed         int64       `json:"failed"`
	SuccessPercent int         `json:"success_percent"`
	RiskEvents     int64       `json:"risk_events"`
	LatencyAvgMS   int64       `json:"latency_avg_ms"`
	LatencyP95MS   int64       `json:"latency_p95_ms"`
}

func sourceOf(s models.SourceHealth) sourceJSON {
	return sourceJSON{
		Name: s.Name, Collects: s.Collects, Provides: s.Provides, Blocked: s.Blocked, Since: instant(s.SinceMS), RetryAt: instant(s.RetryAtMS),
		Code: s.Code, Reason: s.Reason, CredentialSet: s.Credential, Requests: s.Traffic.Requests, Failed: s.Traffic.Failed,
		SuccessPercent: s.Traffic.SuccessPercent(), RiskEvents: s.Traffic.RiskEvents, LatencyAvgMS: s.Traffic.AvgMS, LatencyP95MS: s.Traffic.P95MS,
	}
}
