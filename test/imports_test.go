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
	{"keypolicy"},
	{"keypolicy/evaluation", "internal/statements", "internal/config", "internal/cmk", "internal/keyalert"},
	{"internal/findings"},
	{"keypolicy/analysis", "internal/environments"},
	{"internal/source"},
	{"constructs/kmstier", "constructs/kmsaudit", "constructs/cmkguard"},
	{"constructs/kmstier/kmstiertest"},
	{"internal/rootapp"},
	{"", "cmd", "examples", "internal/testing", "test"},
}

// narrower rules: what a package of a lower floor may not import all the same.
var forbidden = []struct{ from, to, why string }{
	{"internal/statements", "keypolicy/evaluation", "the wording of statements knows documents and facts, never the engine"},
	{"cmd", "constructs", "a command that imports a construct starts jsii"},
	{"cmd", jsii, "a command starts without Node.js"},
	{"keypolicy", jsii, "policies are plain Go"},
	{"internal/source", jsii, "plain Go"},
	{"internal/cmk", jsii, "plain Go"},
	{"internal/environments", jsii, "plain Go"},
	{"internal/keyalert", jsii, "plain Go"},
}

const jsii = "github.com/aws/jsii-runtime-go"

// TestImportsRunDownwards names each import that runs upwards, or sideways.
func TestImportsRunDownwards(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, imported := range p.Imports {
			if reason := misplaced(p.name(), strings.TrimPrefix(imported, module+"/"), strings.HasPrefix(imported, module)); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
		for _, rule := range forbidden {
			if rule.to == jsii && within(p.name(), rule.from) && slices.Contains(p.Deps, jsii) {
				t.Errorf("%s depends on %s: %s", p.ImportPath, jsii, rule.why)
			}
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
		{"internal/nosuchroom", "internal/aws", true},
	} {
		if reason := misplaced(c.from, c.to, true); (reason != "") != c.wrong {
			t.Errorf("%s imports %s: got %q", c.from, c.to, reason)
		}
	}
}

// misplaced says why one package of ours may not import another, or "".
func misplaced(from, to string, ours bool) string {
	if !ours {
		return ""
	}
	own, other := floorOf(from), floorOf(to)
	switch {
	case own < 0:
		return from + " stands on no floor; give it one in this test"
	case other < 0:
		return to + " stands on no floor; give it one in this test"
	}
	for _, rule := range forbidden {
		if within(from, rule.from) && within(to, rule.to) {
			return rule.why
		}
	}
	below := to != "" && within(to, room(from))
	if other < own || below || own == len(floors)-1 {
		return ""
	}
	return "imports run downwards only"
}

// floorOf is the floor of the room that a package is in: the longest name that it
// begins with.
func floorOf(name string) int {
	longest, found := "", -1
	for floor, rooms := range floors {
		for _, room := range rooms {
			if (name == room || room != "" && within(name, room)) && (found < 0 || len(room) > len(longest)) {
				longest, found = room, floor
			}
		}
	}
	return found
}

func room(name string) string {
	longest := name
	found := ""
	for _, rooms := range floors {
		for _, room := range rooms {
			if room != "" && within(longest, room) && len(room) > len(found) {
				found = room
			}
		}
	}
	return found
}

func within(name, room string) bool { return name == room || strings.HasPrefix(name, room+"/") }

type listedPackage struct {
	ImportPath    string
	Imports, Deps []string
}

func (p listedPackage) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
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
