package solve

import (
	"math/rand/v2"
	"testing"
)

// Every answer is that of trying all values.
func TestSolveAgainstTryingEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 3000 {
		var p Problem
		var sizes []int
		for range 2 + random.IntN(4) {
			sizes = append(sizes, 1+random.IntN(4))
			p.Variable(sizes[len(sizes)-1])
		}
		for range 1 + random.IntN(12) {
			var clause []Literal
			for range 1 + random.IntN(3) {
				v := random.IntN(len(sizes))
				values := NewBits(sizes[v])
				for value := range sizes[v] {
					if random.IntN(2) == 0 {
						values.Add(value)
					}
				}
				clause = append(clause, Literal{Variable(v), values})
			}
			p.Clause(clause...)
		}
		want := false
		values := make([]int, len(sizes))
		var try func(v int)
		try = func(v int) {
			if v < len(sizes) {
				for values[v] = range sizes[v] {
					try(v + 1)
				}
				return
			}
			want = want || holds(p, values)
		}
		try(0)
		solution, result := p.Solve(1 << 20)
		var got []int
		for _, left := range solution {
			// Any of the values that are left will do.
			for got = append(got, random.IntN(4)); !left.Has(got[len(got)-1]); {
				got[len(got)-1] = random.IntN(4)
			}
		}
		if (result == Found) != want {
			t.Fatalf("%v, want a solution: %t", result, want)
		}
		if want && !holds(p, got) {
			t.Fatalf("%v is no solution", got)
		}
		domains, possible := p.Conclude()
		if !possible && want {
			t.Fatal("a solution was excluded")
		}
		if want {
			found++
			for v, value := range got {
				if !domains[v].Has(value) {
					t.Fatalf("conclusions exclude the value %d of variable %d", value, v)
				}
			}
		}
	}
	if found < 300 || found > 2700 {
		t.Errorf("%d of 3,000 problems have a solution: too one-sided to test anything", found)
	}
}

func holds(p Problem, values []int) bool {
	for _, clause := range p.clauses {
		met := false
		for _, l := range clause {
			met = met || l.Values.Has(values[l.Variable])
		}
		if !met {
			return false
		}
	}
	return true
}

func TestSolveGivesUp(t *testing.T) {
	// More pigeons than holes.
	var p Problem
	const holes = 9
	for range holes + 1 {
		p.Variable(holes)
	}
	for a := range Variable(holes + 1) {
		for b := range a {
			for hole := range holes {
				other := AllBits(holes).Without(NewBits(holes, hole))
				p.Clause(Literal{a, other}, Literal{b, other})
			}
		}
	}
	if _, result := p.Solve(1000); result != Exceeded {
		t.Errorf("%v, want it given up", result)
	}
}

func TestSolveLeavesWhatIsFree(t *testing.T) {
	var p Problem
	a, b := p.Variable(3), p.Variable(100)
	p.Clause(Literal{b, NewBits(100, 70, 80)})
	values, result := p.Solve(10)
	if result != Found || values[a].Count() != 3 || values[b].First() != 70 || values[b].Count() != 2 {
		t.Errorf("%v %v, want a free and b of 70 and 80", values, result)
	}
}
