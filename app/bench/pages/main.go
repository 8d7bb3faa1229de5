// Command pages measures the pages of the console on a database of the full scale (see
// app/bench/data), each beside a bare page of the same rows: one query and one template, through
// the same driver and the same HTTP. The two take turns on one machine in one run.
//
// The console is the real program in a process of its own, so that its start and its memory
// can be told. The database is opened by it and must be one that can be thrown away.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	var s setup
	flag.StringVar(&s.program, "program", "bin/catalogsync", "the program to measure")
	flag.StringVar(&s.db, "db", "bin/bench/full.db", "the database, as app/bench/data writes it")
	flag.IntVar(&s.rounds, "rounds", 60, "turns of each page")
	flag.StringVar(&s.only, "only", "", "only pages whose name holds this text")
	flag.Parse()
	s.only = strings.ToLower(s.only)
	failed, err := s.run(context.Background(), os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure pages:", err)
		os.Exit(2)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// setup is what is measured.
type setup struct {
	program, db, only string
	rounds            int
}
