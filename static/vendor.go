package static

import (
	"encoding/json"
	"fmt"
)

// CDN is the host that the third-party files come from unless assets are local.
const CDN = "https://cdn.jsdelivr.net"

// Library is a third-party file: where the CDN has it, and the embedded copy that takes
// over when the CDN does not answer in time. Both must be the same bytes; Integrity is
// what the browser holds the CDN's answer against.
type Library struct {
	Kind      string `json:"kind"` // style | script
	CDN       string `json:"cdn"`
	Integrity string `json:"integrity"`
	Local     string `json:"local"` // URL of the embedded copy
}

// libraries lists the third-party files in the order in which they are loaded.
// Raising a version: replace the embedded copy, name and URL, and run the tests; they
// print the new integrity value.
var libraries = []struct{ kind, cdnPath, integrity, name string }{
	{
		"style", "/npm/@tabler/core@1.4.0/dist/css/tabler.min.css",
		"sha384-kz+I4+mczbNiZfLAJMxOlJaZmnbRYhARHNkR2k6tal4gz7OL33/0puDD3SvkiNX9",
		"vendor/tabler-core-1.4.0.min.css",
	},
	{
		"script", "/npm/htmx.org@4.0.1/dist/htmx.min.js",
		"sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn",
		"vendor/htmx.org-4.0.1.min.js",
	},
	{
		"script", "/npm/htmx.org@4.0.1/dist/ext/hx-ptag.min.js",
		"sha384-HKjZ8NvFiP6UyEpdzMpiw7NW2NK3mXwbnIUadnNaKolmI0J88RDE/3oaCaP3K28t",
		"vendor/htmx.org-4.0.1-hx-ptag.min.js",
	},
}

// Libraries lists the third-party files in the order in which they are loaded. With
// local set no CDN address is given, so none is asked.
func (a *Assets) Libraries(local bool) []Library {
	list := make([]Library, 0, len(libraries))
	for _, l := range libraries {
		lib := Library{Kind: l.kind, Local: a.URL(l.name)}
		if !local {
			lib.CDN, lib.Integrity = CDN+l.cdnPath, l.integrity
		}
		list = append(list, lib)
	}
	return list
}

// LoaderConfig is Libraries as the JSON that js/loader.js reads.
func (a *Assets) LoaderConfig(local bool) (string, error) {
	b, err := json.Marshal(a.Libraries(local))
	if err != nil {
		return "", fmt.Errorf("encode asset list: %w", err)
	}
	return string(b), nil
}
