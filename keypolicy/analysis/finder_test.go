package analysis_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/randompolicy"
)

// place is how particular a row is about somebody: the lower the more, and of equal
// ones the more letters the more.
type place struct {
	rank, letters int
}

// Ranks of rows, from the most particular.
const (
	byName = iota
	byPattern
	byAccountAndKind
	byAccount
	byAccountsAndKind
	byAccounts
	byKind
	byAnyAccount
	everybodyElse
	nowhere
)

// rowsAbout are the most particular rows about the principal of a request, as a reader
// of the report finds them by their ids: most often one; several where the report tells
// kinds of principal apart under one id.
func rowsAbout(principals []analysis.Principal, r evaluation.Request) []int {
	best := place{rank: nowhere}
	var rows []int
	for i, p := range principals {
		found := placeOf(p, r)
		switch {
		case found.rank == nowhere || found.rank > best.rank || found.rank == best.rank && found.letters < best.letters:
		case found == best:
			rows = append(rows, i)
		default:
			best, rows = found, []int{i}
		}
	}
	return slices.DeleteFunc(rows, func(i int) bool {
		return len(rows) > 1 && !wordOfKind(principals[i].Name, r) && slices.ContainsFunc(rows, func(j int) bool { return wordOfKind(principals[j].Name, r) })
	})
}

// wordOfKind reports whether the name of a row says that it is of the principal's kind
// alone.
func wordOfKind(name string, r evaluation.Request) bool {
	words := map[randompolicy.Kind]string{randompolicy.User: ", users", randompolicy.FederatedUser: ", federated users", randompolicy.Root: ", root users"}
	word, special := words[randompolicy.KindOf(r.Principal)]
	return special && strings.HasSuffix(name, word)
}

// placeOf is the place of a row about the principal of a request.
func placeOf(p analysis.Principal, r evaluation.Request) place {
	kind, account := randompolicy.KindOf(r.Principal), randompolicy.AccountOf(r.Principal)
	letters := len(strings.NewReplacer("*", "", "?", "").Replace(p.Id))
	switch {
	case kind == randompolicy.Anonymous:
		if p.Kind == analysis.KindAnonymous {
			return place{byName, 0}
		}
		return place{rank: nowhere}
	case kind == randompolicy.Service:
		switch {
		case p.Kind != analysis.KindService || !like(p.Id, r.Principal):
			return place{rank: nowhere}
		case p.Id == r.Principal:
			return place{byName, letters}
		case p.Name == "any other AWS service":
			return place{everybodyElse, 0}
		}
		// Nearly all services have the same end.
		return place{byPattern, len(strings.Trim(strings.TrimSuffix(p.Id, ".amazonaws.com"), "*?"))}
	case p.Foreign != (account != randompolicy.Account):
		return place{rank: nowhere}
	case p.Id == r.Principal:
		return place{byName, 1}
	}
	arn := r.Principal
	if given := r.Context["aws:PrincipalArn"]; len(given) == 1 {
		arn = given[0]
	}
	wild := strings.ContainsAny(p.Id, "*?")
	ofAccount := strings.Contains(p.Id, ":"+account+":")
	switch p.Kind {
	case analysis.KindRole, analysis.KindSession:
		if p.Id == arn {
			return place{byName, 0}
		}
	case analysis.KindUser, analysis.KindFederatedUser, analysis.KindRoot:
		switch {
		case !like(p.Id, arn):
		case !wild:
			return place{byName, 0}
		case ofAccount:
			return place{byAccountAndKind, 0}
		case strings.Contains(p.Id, "::*:"):
			return place{byKind, 0}
		default:
			return place{byAccountsAndKind, letters}
		}
	case analysis.KindPattern:
		if like(p.Id, arn) {
			return place{byPattern, letters}
		}
	case analysis.KindOtherAccount:
		root := "arn:aws:iam::" + account + ":root"
		switch {
		case p.Id == root:
			return place{byAccount, 0}
		case p.Id == "arn:aws:iam::*:root":
			return place{byAnyAccount, 0}
		case like(p.Id, root):
			return place{byAccounts, letters}
		}
	case analysis.KindRest, analysis.KindEveryone:
		return place{everybodyElse, 0}
	}
	return place{rank: nowhere}
}

// like reports whether a text is what an id with wildcards describes.
func like(id, text string) bool {
	pattern, known := patterns.Load(id)
	if !known {
		quoted := regexp.QuoteMeta(id)
		quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
		pattern = regexp.MustCompile(`(?s)^` + quoted + `$`)
		patterns.Store(id, pattern)
	}
	return pattern.(*regexp.Regexp).MatchString(text)
}

var patterns sync.Map
