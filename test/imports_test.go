package test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/neurocipher-io/kmstier"

// floors are the packages of the module from the lowest up. A package may import
// those of lower floors, those below its own folder, and no others of ours. Imports
// of tests are left aside.
var floors = [][]string{
	{"internal/aws", "internal/nodejs", "internal/hclexpr", "lazyload"},
	{"keypolicy", "internal/config/limits", "internal/hcloutput"},
	{"keypolicy/evaluation", "internal/statements", "internal/config", "internal/cmk", "internal/keyalert"},
	{"internal/findings"},
	{"keypolicy/analysis", "internal/environments"},
	{"internal/source"},
	{"internal/served"},
	{"constructs/kmstier", "constructs/kmsaudit", "constructs/cmkguard"},
	{"constructs/kmstier/kmstiertest"},
	{"tierapp"},
	{"", "cmd", "examples", "tools"},
	{"internal/testing"},
	{"test"},
}

// forbidden are imports that run downwards and may not be all the same.
var forbidden = []struct{ from, to, why string }{
	{"internal/statements", "keypolicy/evaluation", "the wording of statements knows documents and facts, never the engine"},
	{"cmd", "constructs", "a command that imports a construct starts jsii"},
}

// plainGo are the rooms that jsii, and with it Node.js, is kept out of, however far
// down: commands, and what is tested without.
var plainGo = []string{
	"cmd", "keypolicy", "internal/aws", "internal/cmk", "internal/environments", "internal/findings", "internal/hclexpr", "internal/hcloutput", "internal/keyalert",
	"internal/served", "internal/source", "internal/statements", "tools",
}

const jsii = "github.com/aws/jsii-runtime-go"

// TestImportsRunDownwards names each import that runs upwards, or sideways.
func TestImportsRunDownwards(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, imported := range p.Imports {
			if !within(imported, module) {
				continue
			}
			if reason := misplaced(p.name(), nameOf(imported)); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
		if isPlainGo(p.name()) && slices.Contains(p.Deps, jsii) {
			t.Errorf("%s depends on %s", p.ImportPath, jsii)
		}
	}
}

func TestImportRulesSeeWhatRunsUpwards(t *testing.T) {
	for _, c := range []struct {
		from, to string
		wrong    bool
	}{
		{"keypolicy", "internal/aws", false},
		{"internal/aws", "keypolicy", true},
		{"internal/statements", "keypolicy", false},
		{"internal/statements", "keypolicy/evaluation", true},
		{"keypolicy/analysis", "keypolicy/analysis/internal/language", false},
		{"keypolicy/evaluation", "keypolicy/analysis", true},
		{"constructs/kmsaudit", "constructs/kmstier", true},
		{"constructs/kmstier", "internal/config/site", false},
		{"cmd/kmsaccess", "constructs/kmstier", true},
		{"cmd/kmsaccess", "internal/testing/tools", true},
		{"test/differential", "test/simulator", false},
		{"", "tierapp", false},
		{"tierapp", "", true},
		{"internal/nosuchroom", "internal/aws", true},
	} {
		if reason := misplaced(c.from, c.to); (reason != "") != c.wrong {
			t.Errorf("%s imports %s: got %q", c.from, c.to, reason)
		}
	}
}

// misplaced says why one package of ours may not import another, or "".
func misplaced(from, to string) string {
	room, floor := roomOf(from)
	_, other := roomOf(to)
	switch {
	case floor < 0:
		return from + " stands on no floor; give it one in this test"
	case other < 0:
		return to + " stands on no floor; give it one in this test"
	}
	for _, rule := range forbidden {
		if within(from, rule.from) && within(to, rule.to) {
			return rule.why
		}
	}
	if other < floor || within(to, room) {
		return ""
	}
	return "imports run downwards only"
}

func isPlainGo(name string) bool {
	return slices.ContainsFunc(plainGo, func(room string) bool { return within(name, room) })
}

// roomOf is the room that a package is in, the longest name that it begins with, and
// the room's floor; below zero for none.
func roomOf(name string) (room string, floor int) {
	floor = -1
	for i, rooms := range floors {
		for _, candidate := range rooms {
			if within(name, candidate) && (floor < 0 || len(candidate) > len(room)) {
				room, floor = candidate, i
			}
		}
	}
	return room, floor
}

func within(name, room string) bool { return name == room || strings.HasPrefix(name, room+"/") }

type listedPackage struct {
	ImportPath    string
	Imports, Deps []string
}

func (p listedPackage) name() string { return nameOf(p.ImportPath) }

// nameOf is a package's path within the module, empty for the module's own.
func nameOf(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listedPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for decoder.More() {
		var p listedPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 20 {
		t.Fatalf("only %d packages", len(packages))
	}
	return packages
}
