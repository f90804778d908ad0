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

	byName := map[string]map[Mode]Mutation{}
	var names []string
	for _, mode := range Modes {
		for _, mutation := range mutations[mode] {
			if byName[mutation.Name] == nil {
				byName[mutation.Name] = map[Mode]Mutation{}
				names = append(names, mutation.Name)
			}
			byName[mutation.Name][mode] = mutation
		}
	}
	var survivors []string
	for _, name := range names {
		noticed, err := notices(decider, byName[name], order)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !noticed {
			survivors = append(survivors, name)
		}
	}
	return survivors, nil
}

// notices reports whether one of the cases comes out differently under a
// mutation in one of the modes. It asks for a few cases first and then for more
// at a time, in one mode after the other.
func notices(decider Decider, mutation map[Mode]Mutation, cases []Case) (bool, error) {
	left := map[Mode][]Case{}
	for mode, mutated := range mutation {
		left[mode] = slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return !mutated.reach.covers(c, mode) })
	}
	for size := 16; len(left) > 0; size *= 4 {
		for _, mode := range Modes {
			part := &Cases{All: left[mode][:min(size, len(left[mode]))]}
			if len(part.All) == 0 {
				delete(left, mode)
				continue
			}
			left[mode] = left[mode][len(part.All):]
			decisions, err := decider.Decide(part.Requests(mutation[mode].Policy))
			if err != nil {
				return false, err
			}
			if len(part.Differences(decisions, mode)) > 0 {
				return true, nil
			}
		}
	}
	return false, nil
}
