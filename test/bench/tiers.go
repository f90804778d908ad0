package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
)

// tiersProgram makes many tiers in one app.
func tiersProgram(count, stacks int, byHand string) program {
	p := program{folder: programs + "tiers", args: []string{"-tiers", strconv.Itoa(count), "-stacks", strconv.Itoa(stacks)}}
	if byHand != "" {
		p.args = append(p.args, "-by-hand", byHand)
	}
	return p
}

// exampleTier is the path of a synthesized stack of one tier, for what is to be
// written by hand.
func exampleTier(b *bench) (string, error) {
	folder, err := b.output(tiersProgram(1, 1, ""))
	return filepath.Join(folder, "stacks", "stack-0", "cdk.tf.json"), err
}

const (
	fewTiers, manyTiers = 10, 110

	byConstruct = "kmstier.NewKmsTier"
	byHand      = "by hand"
)

func countOf(count int, how string) string { return fmt.Sprintf("%d %s", count, how) }

// tiers measures what one more tier takes, by the construct and by hand.
var tiers = section{
	name:  "tiers",
	turns: 9,
	prepare: func(b *bench) ([]subject, error) {
		example, err := exampleTier(b)
		if err != nil {
			return nil, err
		}
		var subjects []subject
		for _, count := range []int{fewTiers, manyTiers} {
			for how, example := range map[string]string{byConstruct: "", byHand: example} {
				made, err := b.subject(countOf(count, how), tiersProgram(count, 1, example))
				if err != nil {
					return nil, err
				}
				subjects = append(subjects, made)
			}
		}
		slices.SortFunc(subjects, func(a, b subject) int { return len(a.name) - len(b.name) })
		return subjects, nil
	},
	report: func(w io.Writer, r results) {
		table(w, fmt.Sprintf("a tier, from %d to %d in one stack", fewTiers, manyTiers), "median", "minimum", "time to by hand")
		cost := func(how string) []float64 {
			return slope(r.seconds(countOf(fewTiers, how)), r.seconds(countOf(manyTiers, how)), manyTiers-fewTiers)
		}
		for _, how := range []string{byConstruct, byHand} {
			row(w, how, number("%.1f ms", median(cost(how))), number("%.1f ms", slices.Min(cost(how))),
				number("%.2f", ratio(cost(how), cost(byHand))))
		}
	},
}
