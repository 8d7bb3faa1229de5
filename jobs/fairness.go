package jobs

import "slices"

// sourceCap is how many of n workers one source may keep busy while other sources have
// items ready: six in ten, and never all of them.
func sourceCap(n int) int {
	if n < 2 {
		return n
	}
	return min((n*6+9)/10, n-1)
}

// share divides free places among the sources that have ready items, one each in turn,
// beginning behind the source called last. held are the items of each source that are
// claimed already; limit is the bound for each while there are several.
func share(ready []string, held map[string]int, free, limit int, last string) map[string]int {
	shares := make(map[string]int, len(ready))
	if free < 1 || len(ready) == 0 {
		return shares
	}
	if len(ready) == 1 {
		shares[ready[0]] = free
		return shares
	}
	order := rotate(ready, last)
	for given := true; given && free > 0; {
		given = false
		for _, source := range order {
			if free > 0 && held[source]+shares[source] < limit {
				shares[source]++
				free--
				given = true
			}
		}
	}
	return shares
}

// rotate is the list beginning behind an element.
func rotate(list []string, last string) []string {
	i := slices.Index(list, last) + 1
	return append(slices.Clone(list[i:]), list[:i]...)
}

// after orders sources by name, beginning behind the one called last.
func after(sources []string, last string) []string {
	slices.Sort(sources)
	i, found := slices.BinarySearch(sources, last)
	if found {
		i++
	}
	return append(sources[i:len(sources):len(sources)], sources[:i]...)
}
