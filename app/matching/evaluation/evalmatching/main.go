// Command evalmatching prints how well the matcher judges files of labelled pairs.
package main

import (
	"fmt"
	"io"
	"os"

	"catalogsync/app/matching"
	"catalogsync/app/matching/evaluation"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: evalmatching pairs.jsonl…")
		os.Exit(2)
	}
	good := true
	for _, name := range os.Args[1:] {
		reached, err := evaluate(os.Stdout, name)
		if err != nil {
			fmt.Fprintln(os.Stderr, "evalmatching:", err)
			os.Exit(2)
		}
		good = good && reached
	}
	if !good {
		os.Exit(1)
	}
}

// evaluate prints the report of one file and says whether it reaches the bar.
func evaluate(w io.Writer, name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, fmt.Errorf("open pairs: %w", err)
	}
	defer f.Close()
	pairs, err := evaluation.Read(f)
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(w, "== %s\n\n", name)
	report := evaluation.Evaluate(matching.New(), pairs)
	return report.Good(), report.Write(w)
}
