package jamendo

import "catalogsync/app/sources"

// Circuit tells whether the platform is being left alone for a while.
func (s *Source) Circuit() sources.CircuitState { return s.http.Circuit() }
