package models

import "time"

// restDays are the days between searches for a song that no source has, by the number of
// searches in a row that found none; the last one stays.
var restDays = []int{1, 3, 7, 14, 30}

// SearchAgainAfter is how long a song is left alone after so many searches in a row that
// found no source for it. It is half a day less than whole days, so that a run at the same
// hour some nights later finds it due although the last one got to it late.
func SearchAgainAfter(misses int) time.Duration {
	days := restDays[min(max(misses, 1), len(restDays))-1]
	return time.Duration(days)*24*time.Hour - 12*time.Hour
}
