package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
)

// A layout is how the tiers of an app lie in stacks.
type layout struct {
	name    string
	aStack  int // how many tiers a stack has, 0 for all
	byHand  bool
	amounts []int
}

var layouts = []layout{
	{"in one stack", 0, false, []int{1, 10, 100, 1000}},
	{"ten a stack", 10, false, []int{10, 100, 1000}},
	{"in one stack, by hand", 0, true, []int{1, 100, 1000}},
}

func (l layout) stacks(count int) int {
	if l.aStack == 0 {
		return 1
	}
	return (count + l.aStack - 1) / l.aStack
}

func (l layout) subject(count int) string { return fmt.Sprintf("%d, %s", count, l.name) }

// scale measures apps of up to a thousand tiers.
var scale = section{
	name:  "scale",
	turns: 3,
	prepare: func(b *bench) ([]subject, error) {
		example, err := exampleTier(b)
		if err != nil {
			return nil, err
		}
		var subjects []subject
		for _, l := range layouts {
			for _, count := range l.amounts {
				p := tiersProgram(count, l.stacks(count), "")
				if l.byHand {
					p = tiersProgram(count, l.stacks(count), example)
				}
				made, err := b.subject(l.subject(count), p)
				if err != nil {
					return nil, err
				}
				made.long = count > 10
				subjects = append(subjects, made)
			}
		}
		return subjects, nil
	},
	report: func(w io.Writer, r results) {
		table(w, "tiers", "stacks", "median", "minimum", "Node memory", "a tier", "a tier to that of 100")
		for _, l := range layouts {
			// What an app of one tier takes is mostly its start.
			one := layouts[0].subject(1)
			if l.byHand {
				one = l.subject(1)
			}
			cost := func(count int) []float64 {
				return slope(r.seconds(one), r.seconds(l.subject(count)), count-1)
			}
			for _, count := range l.amounts {
				times := r.seconds(l.subject(count))
				aTier, compared := "", ""
				if count > 1 {
					aTier, compared = number("%.1f ms", median(cost(count))), number("%.2f", ratio(cost(count), cost(100)))
				}
				row(w, l.subject(count), strconv.Itoa(l.stacks(count)),
					number("%.2f s", median(times)), number("%.2f s", slices.Min(times)),
					number("%.0f MB", median(r.megabytes(l.subject(count)))), aTier, compared)
			}
		}
	},
}
