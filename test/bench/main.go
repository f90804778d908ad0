package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A section measures some subjects in turns and reports on them.
type section struct {
	name  string
	turns int
	// prepare makes what the subjects need.
	prepare func(*bench) ([]subject, error)
	report  func(io.Writer, results)
}

var sections = []section{start, tiers, scale, plan}

func main() {
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	only := flag.String("only", strings.Join(names, ","), "the sections to measure")
	turns := flag.Int("turns", 0, "how often each subject runs, if not as often as its section says")
	flag.Parse()
	if err := run(strings.Split(*only, ","), *turns); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(names []string, turns int) error {
	var chosen []section
	for _, name := range names {
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		if i < 0 {
			return fmt.Errorf("there is no section %q", name)
		}
		chosen = append(chosen, sections[i])
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", machine())
	for _, s := range chosen {
		if turns > 0 {
			s.turns = turns
		}
		subjects, err := s.prepare(b)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		measured, err := measure(s, subjects)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("\n`%s`, %d turns\n\n", s.name, s.turns)
		s.report(os.Stdout, measured)
	}
	return nil
}

func measure(s section, subjects []subject) (results, error) {
	measured := results{}
	for _, subject := range subjects {
		measured.order = append(measured.order, subject.name)
	}
	measured.samples = map[string][]sample{}
	// The first turn fills caches and does not count.
	for turn := range s.turns + 1 {
		for i := range subjects {
			// Each turn starts with another subject, so that none always follows the same.
			subject := subjects[(turn+i)%len(subjects)]
			if turn == 0 && subject.long {
				continue
			}
			fmt.Fprintf(os.Stderr, "\r\033[K%s, turn %d of %d: %s", s.name, turn, s.turns, subject.name)
			taken, err := subject.run()
			if err != nil {
				return results{}, fmt.Errorf("%s: %w", subject.name, err)
			}
			if turn > 0 {
				measured.samples[subject.name] = append(measured.samples[subject.name], taken)
			}
		}
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	return measured, nil
}
