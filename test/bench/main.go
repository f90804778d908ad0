package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	turns := flag.Int("turns", 10, "how often each app runs")
	flag.Parse()
	if err := measure(*turns); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(turns int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(dir, subjects)
	if err != nil {
		return err
	}
	// The first turn fills caches and does not count.
	samples := map[string][]sample{}
	for turn := range turns + 1 {
		for i := range subjects {
			// Each turn starts with another app, so that none always follows the same.
			s := subjects[(turn+i)%len(subjects)]
			taken, err := b.run(s)
			if err != nil {
				return err
			}
			if turn > 0 {
				samples[s.name] = append(samples[s.name], taken)
			}
		}
		fmt.Fprintf(os.Stderr, "\rturn %d of %d", turn, turns)
	}
	fmt.Fprintln(os.Stderr)

	node := os.Getenv("JSII_NODE")
	if node == "" {
		node = "node"
	}
	fmt.Printf("%s, %d turns\n\n", machine(node), turns)
	report(os.Stdout, subjects, samples)
	return nil
}
