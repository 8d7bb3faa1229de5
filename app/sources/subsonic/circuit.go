package subsonic

import "catalogsync/app/sources"

// Circuit tells whether the server is being left alone for a while.
func (s *Source) Circuit() sources.CircuitState { return s.http.Circuit() }
