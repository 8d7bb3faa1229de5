// Command data writes a database of the full scale that the program has to hold, for
// measuring: 100,000 playlists, 1,000,000 songs, 3,000,000 links, 1,000,000 files and
// 5,000,000 job items. The same scale gives the same rows; all of it is invented.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	path := flag.String("db", "bin/bench/full.db", "the database file to write; it must not exist")
	scale := flag.Float64("scale", 1, "1 = the full scale, 0.01 the smallest")
	library := flag.String("library", "/music", "the library folder that is recorded; nothing is written there")
	flag.Parse()
	if err := write(context.Background(), *path, *library, *scale, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "write database:", err)
		os.Exit(1)
	}
}
