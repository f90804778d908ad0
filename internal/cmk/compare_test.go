package cmk

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

var scanner = flag.String("scanner", "", "NAME=COMMAND, to record what a scanner finds in testdata/NAME.json: tfsec or KICS")

// ways are how each type is written, one configuration each.
var ways = []string{"with its key", "without", "with a key of AWS"}

// TestTheGuideComparesWithScanners holds the tables of the guide against what the
// guard finds now, beside what others found. With -scanner that is recorded anew.
func TestTheGuideComparesWithScanners(t *testing.T) {
	theirs := make([]recorded, len(scanners))
	for i, one := range scanners {
		if name, command, _ := strings.Cut(*scanner, "="); name == one.name {
			one.record(t, command)
		}
		theirs[i] = one.read(t)
	}
	guideHas(t, "comparison", typesTable(t, theirs))
	guideHas(t, "situations", situationsTable(t, theirs))
}

// typesTable shows the types of which any scanner finds something.
func typesTable(t *testing.T, theirs []recorded) string {
	t.Helper()
	kinds, configurations := compared()
	ours := map[string][]bool{}
	for i, configuration := range configurations {
		for _, issue := range violations(t, configuration) {
			mark(ours, issue.Type, i)
		}
	}
	table := "| type | guard |"
	for _, one := range scanners {
		table += " " + one.name + " |"
	}
	table += "\n|" + strings.Repeat(" --- |", 2+len(scanners)) + "\n"
	shown := 0
	for _, name := range kinds {
		if found := ours[name]; found == nil || found[0] || !found[1] || !found[2] {
			t.Errorf("%s: the guard finds %v; it should find nothing with the key, and what is without or of AWS", name, found)
			continue
		}
		row, any := fmt.Sprintf("| `%s` | %s |", name, inWays(ours[name])), false
		for _, other := range theirs {
			found := other.Types[name]
			row += " " + inWays(found) + " |"
			any = any || found != nil
		}
		if any {
			table += row + "\n"
			shown++
		}
	}
	return table + fmt.Sprintf("\nOf the other %d types that take a key, neither scanner says anything in any of the three ways.\n", len(kinds)-shown)
}

// inWays says in which of the ways something is found.
func inWays(found []bool) string {
	var in []string
	for i, is := range found {
		if is {
			in = append(in, ways[i])
		}
	}
	if len(in) == 0 {
		return "–"
	}
	return strings.Join(in, ", ")
}

// situationsTable shows who is right about each situation.
func situationsTable(t *testing.T, theirs []recorded) string {
	t.Helper()
	table := "| what | guard |"
	for _, one := range scanners {
		table += " " + one.name + " |"
	}
	table += "\n|" + strings.Repeat(" --- |", 2+len(scanners)) + "\n"
	wrong := make([]int, len(theirs))
	for _, one := range situations {
		var addresses []string
		for _, issue := range violations(t, one.content(t)) {
			addresses = append(addresses, issue.Address)
		}
		found := slices.ContainsFunc(addresses, one.isAt)
		if found != one.isWrong {
			t.Errorf("%s: the guard finds %v; it is wrong: %v", one.name, addresses, one.isWrong)
		}
		table += fmt.Sprintf("| %s | %s |", one.name, one.verdict(found))
		for i, other := range theirs {
			found, ran := other.Situations[one.name]
			if !ran {
				t.Errorf("%s was not given %q; record it anew with -scanner", scanners[i].name, one.name)
			}
			table += " " + one.verdict(found) + " |"
			if found != one.isWrong {
				wrong[i]++
			}
		}
		table += "\n"
	}
	table += fmt.Sprintf("\nWrong of %d:", len(situations))
	for i, one := range scanners {
		table += fmt.Sprintf(" %s %d,", one.name, wrong[i])
	}
	return table + " the guard none.\n"
}

func (s situation) isAt(address string) bool {
	found, _, _ := strings.Cut(address, "[")
	return slices.Contains(strings.Fields(s.address), found)
}

// verdict is what is to be said of a scanner that has found something, or nothing.
func (s situation) verdict(found bool) string {
	switch {
	case found == s.isWrong && found:
		return "found"
	case found == s.isWrong:
		return "silent"
	case found:
		return "**false alarm**"
	}
	return "**missed**"
}

func (s situation) content(t *testing.T) object {
	t.Helper()
	var content object
	if err := json.Unmarshal([]byte(`{`+situationsBeside+`, "resource": `+s.resources+`}`), &content); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return content
}

func violations(t *testing.T, configuration object) []Issue {
	t.Helper()
	stack, err := NewStack("s", configuration)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(Examine([]*Stack{stack}, []*Stack{stack}, nil, nil).Issues, func(issue Issue) bool { return !issue.isViolation() })
}

// aliasOfAws are the keys of AWS that a scanner knows by name, for the types of which
// it does.
var aliasOfAws = map[string]string{"aws_codebuild_project": "s3", "aws_docdb_cluster": "rds", "aws_secretsmanager_secret": "secretsmanager", "aws_sns_topic": "sns"}

// compared are the types that take a key, and a configuration of them for each of
// the ways. The encryption of a bucket is left out, as it needs a bucket beside it.
func compared() (kinds []string, configurations []object) {
	for i := range ways {
		resources := object{"aws_kms_key": object{"k": object{"enable_key_rotation": true}}}
		for _, name := range slices.Sorted(maps.Keys(rules5())) {
			rule := rules5()[name]
			if _, has := tables5().Types[name]; !has || rule.ignored != "" || len(rule.keys) == 0 || name == encryptionOfBucket || rule.keys[0].ignored != "" || rule.keys[0].optional {
				continue
			}
			values := complete(name, rule, &rule.keys[0])
			switch i {
			case 1:
				put(values, rule.keys[0].plainPath(), nil)
			case 2:
				put(values, rule.keys[0].plainPath(), "alias/aws/"+cmp.Or(aliasOfAws[name], "service"))
			}
			delete(values, "//")
			resources[name] = object{"it": values}
			if i == 0 {
				kinds = append(kinds, name)
			}
		}
		configurations = append(configurations, object{
			"terraform": object{"required_providers": object{"aws": object{"source": "hashicorp/aws", "version": "5.100.0"}}},
			"resource":  resources,
		})
	}
	return kinds, configurations
}

func mark(found map[string][]bool, name string, way int) {
	if found[name] == nil {
		found[name] = make([]bool, len(ways))
	}
	found[name][way] = true
}
