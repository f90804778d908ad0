package access

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

// Decider answers requests in their order, as [simulator.Simulator] does.
type Decider interface {
	Decide([]simulator.Request) ([]simulator.Decision, error)
}

// Survivors returns the mutations under which all cases still come out as
// expected, by name. A mutation is known by its name in all modes: what IAM
// policies may do anyway under one of them hides what a statement is for, and
// the other mode shows it. The policies themselves must pass the cases, or the
// answer says nothing.
func Survivors(decider Decider, cases *Cases, mutations map[Mode][]Mutation) ([]string, error) {
	// Neighbours in a file are much alike. In any other order, the first few
	// cases are of all sorts, and one of them notices most mutations. It is the
	// same order every time, so that a run can be repeated.
	order := slices.Clone(cases.All)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })

	var names []string
	noticed := map[string]bool{}
	for _, mode := range Modes {
		for _, mutation := range mutations[mode] {
			before, known := noticed[mutation.Name]
			if before {
				continue
			}
			if !known {
				names = append(names, mutation.Name)
			}
			reached := slices.DeleteFunc(slices.Clone(order), func(c Case) bool { return !mutation.reach.covers(c, mode) })
			now, err := notices(decider, mutation, reached, mode)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", mutation.Name, err)
			}
			noticed[mutation.Name] = now
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return noticed[name] }), nil
}

// notices reports whether one of the cases comes out differently under the
// mutation. It asks for a few of them first and then for more at a time.
func notices(decider Decider, mutation Mutation, cases []Case, mode Mode) (bool, error) {
	for size := 16; len(cases) > 0; size *= 4 {
		part := &Cases{All: cases[:min(size, len(cases))]}
		cases = cases[len(part.All):]
		decisions, err := decider.Decide(part.Requests(mutation.Policy))
		if err != nil {
			return false, err
		}
		if len(part.Differences(decisions, mode)) > 0 {
			return true, nil
		}
	}
	return false, nil
}
