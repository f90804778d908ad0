package served

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// Add adds to an examination what it finds about the uses in it: of each key, whether
// its policy serves what is stored under it, where the policy is that of a KmsTier. content gives the file of a stack, plan
// or state, by the name that the examination calls it, for its keys to be read.
func Add(examination *cmk.Examination, content func(name string) ([]byte, error)) {
	x := &examiner{keys: newKeys(content), notes: map[noteOf]*note{}, told: map[told]bool{}}
	for _, use := range examination.Uses {
		x.use(use)
	}
	examination.Issues = append(examination.Issues, x.all()...)
	cmk.SortIssues(examination.Issues)
}

// examiner is one look at all uses.
type examiner struct {
	keys   *keys
	issues []cmk.Issue
	notes  map[noteOf]*note
	// order are the notes in the order in which they came up.
	order []noteOf
	told  map[told]bool
}

// told is a use about which all has been said: several instances may have the same.
type told struct {
	stack, address, label, key string
	name                       cmk.Name
}

var storing = func() map[[2]string]statements.Storing {
	known := map[[2]string]statements.Storing{}
	for _, s := range statements.Stores() {
		known[[2]string{s.Stored().Type, s.Stored().Attribute}] = s
	}
	return known
}()

// use compares one use with its key.
func (x *examiner) use(use cmk.Use) {
	key, problem := x.keys.find(use.Key)
	if problem != "" {
		x.note(use, "").problem = problem
		return
	}
	if key == nil || !key.isOfTier() {
		// What another key's policy is meant to serve, nobody has said.
		return
	}
	service, known := storing[[2]string{use.Type, use.Attribute}]
	if !known {
		addOnce(&x.note(use, "").unknown, use.Type)
		return
	}
	name := cmk.Name{Text: "*", Pattern: "*"}
	if attribute := service.Stored().Name; attribute != "" {
		name = use.Name(attribute)
	}
	once := told{use.Stack, use.Address, use.Label, use.Key.Stack + " " + use.Key.Address, name}
	if x.told[once] {
		return
	}
	x.told[once] = true
	found := key.serves(service, name, use.IsWrittenByServices, use.Exists)
	switch {
	case found.denied != nil && use.IsCertain:
		x.issues = append(x.issues, denial(use, service, name, *found.denied))
	case found.denied != nil:
		x.unread(use, service, use.Label+" may name another key, and "+use.Key.Address+" does not serve it")
	case found.undecided != "":
		x.unread(use, service, found.undecided)
	}
	note := x.note(use, service.Name())
	note.service, note.key = service, key
	for _, need := range found.byIam {
		note.byIam.add(use.Address)
		addOnce(&note.who, who(need))
		addOnce(&note.through, through(need))
		for _, action := range need.Actions {
			addOnce(&note.actions, action)
		}
	}
	if found.onlyOthers {
		note.onlyOthers.add(use.Address)
	}
	if found.notAnew {
		note.notAnew.add(use.Address)
	}
	if found.readOnly {
		note.readOnly.add(use.Address)
	}
}

func (x *examiner) unread(use cmk.Use, service statements.Storing, why string) {
	x.issues = append(x.issues, cmk.Issue{
		Rule: cmk.Unread, Stack: use.Stack, Address: use.Address, Path: use.Path, Type: use.Type, Attribute: use.Label,
		Problem: fmt.Sprintf("whether the policy of %s serves %s for it cannot be told: %s", use.Key.Address, service.Title(), why),
		Fix:     "examine the plan, or look at the policy with the command kmsaccess, and except the resource with what you found",
	})
}

// all are the issues, those of keys last.
func (x *examiner) all() []cmk.Issue {
	for _, of := range x.order {
		x.issues = append(x.issues, x.notes[of].issues(of)...)
	}
	return x.issues
}
