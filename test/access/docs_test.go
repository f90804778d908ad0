package access_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/test/access"
)

// caseFiles are the files of access cases, by the part of docs/key-policies.md whose
// statements they decide.
var caseFiles = map[string][]string{
	"Every key":    {"data-key", "data-key-full", "logs-key", "logs-key-full"},
	"The data key": {"data-key", "data-key-full"},
	"The logs key": {"logs-key", "logs-key-full"},
	// Statements that every key has are in the first part.
	"Additional keys": {"schema-key", "token-key", "security-key"},
}

// namesBySid are the names of the cases that each statement decides, each once:
// first those that it decides alone, in the order of the files.
func namesBySid(t *testing.T, files []string) map[string][]string {
	t.Helper()
	alone, names := map[string][]string{}, map[string][]string{}
	for _, file := range files {
		cases, err := access.Load("../testdata/access/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range cases.All {
			for _, mode := range access.Modes {
				decides := one.DecidedBy[mode]
				if len(decides) == 1 {
					alone[decides[0]] = append(alone[decides[0]], one.Name)
				}
				for _, sid := range decides {
					names[sid] = append(names[sid], one.Name)
				}
			}
		}
	}
	for sid := range names {
		names[sid] = distinct(append(alone[sid], names[sid]...))
	}
	return names
}

func distinct(names []string) []string {
	var each []string
	for _, name := range names {
		if !slices.Contains(each, name) {
			each = append(each, name)
		}
	}
	return each
}

// placeholder stands in the page for a part of a Sid that differs: *Service*.
var placeholder = regexp.MustCompile(`\*[A-Za-z]+\*`)

// The page says of every statement which case it decides, and has a row for every
// statement that decides one.
func TestThePageOfKeyPoliciesNamesTheCasesOfEachStatement(t *testing.T) {
	const page = "../../docs/key-policies.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	documented := map[string]bool{access.NoStatement: true}
	var names map[string][]string
	for i, line := range lines {
		if title, is := strings.CutPrefix(line, "## "); is {
			names = nil
			if files := caseFiles[title]; files != nil {
				names = namesBySid(t, files)
			}
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if names == nil || !strings.HasPrefix(line, "| ") || len(cells) != 3 || strings.Contains("Sid ---", strings.TrimSpace(cells[0])) {
			continue
		}
		sid := strings.TrimSpace(cells[0])
		pattern := regexp.MustCompile("^" + placeholder.ReplaceAllString(sid, "[A-Za-z0-9]+?") + "(ByPattern)?$")
		var decides []string
		for _, found := range slices.Sorted(maps.Keys(names)) {
			if pattern.MatchString(found) {
				documented[found] = true
				decides = append(decides, names[found]...)
			}
		}
		if len(decides) == 0 {
			t.Errorf("no case is decided by %s", sid)
			continue
		}
		tested := fmt.Sprintf(" %q", decides[0])
		if more := len(distinct(decides)) - 1; more > 0 {
			tested += fmt.Sprintf(", %d more", more)
		}
		lines[i] = "|" + cells[0] + "|" + cells[1] + "|" + tested + " |"
	}
	for _, files := range caseFiles {
		for sid := range namesBySid(t, files) {
			if !documented[sid] {
				t.Errorf("the page has no row for %s", sid)
			}
		}
	}
	written := strings.Join(lines, "\n")
	if os.Getenv("UPDATE_SNAPS") == "true" {
		if err := os.WriteFile(page, []byte(written), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if written != string(text) {
		t.Errorf("%s does not name the cases as they are; UPDATE_SNAPS=true writes it anew", page)
	}
}

var (
	quoted  = regexp.MustCompile(`"([^"]+)"`)
	sidWord = regexp.MustCompile(`\b(Allow|Deny|Enable)[A-Z][A-Za-z0-9]+\b`)
)

// The threat model names cases that there are, and the statements that decide them.
func TestTheThreatModelNamesCasesThatHoldItsPromises(t *testing.T) {
	text, err := os.ReadFile("../../docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	names := namesBySid(t, slices.Concat(caseFiles["Every key"], caseFiles["Additional keys"]))
	exists := func(name string) bool {
		for _, decided := range names {
			if slices.Contains(decided, name) {
				return true
			}
		}
		return false
	}
	promises, held := 0, 0
	for paragraph := range strings.SplitSeq(string(text), "\n\n") {
		paragraph = strings.Join(strings.Fields(paragraph), " ")
		if strings.HasPrefix(paragraph, "## ") && !strings.Contains(paragraph, "DelegateToIam") {
			promises++
		}
		if _, statements, is := strings.Cut(paragraph, "Held by "); is {
			held++
			// Each sentence names statements and then cases that one of them decides.
			for _, sentence := range regexp.MustCompile(`\. By `).Split(statements, -1) {
				sids := sidWord.FindAllString(sentence, -1)
				if strings.HasPrefix(sentence, access.NoStatement) {
					sids = []string{access.NoStatement}
				}
				cases := quoted.FindAllStringSubmatch(sentence, -1)
				if len(sids) == 0 || len(cases) == 0 {
					t.Errorf("names no statement or no case: %s", sentence)
				}
				for _, sid := range sids {
					if !slices.ContainsFunc(cases, func(c []string) bool { return slices.Contains(names[sid], c[1]) }) {
						t.Errorf("none of the cases named with it is decided by %s", sid)
					}
				}
				for _, c := range cases {
					if !slices.ContainsFunc(sids, func(sid string) bool { return slices.Contains(names[sid], c[1]) }) {
						t.Errorf("%q is decided by none of %v", c[1], sids)
					}
				}
			}
			continue
		}
		for _, c := range quoted.FindAllStringSubmatch(paragraph, -1) {
			if !exists(c[1]) {
				t.Errorf("there is no case %q", c[1])
			}
		}
	}
	if promises < 7 || held != promises {
		t.Errorf("%d promises, of which %d name what holds them", promises, held)
	}
}
