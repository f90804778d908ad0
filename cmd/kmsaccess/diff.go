package main

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// DiffReport is what diff says.
type DiffReport struct {
	Version int       `json:"version"`
	Old     string    `json:"old"`
	New     string    `json:"new"`
	Unknown string    `json:"unknown"`
	Keys    []KeyDiff `json:"keys"`
}

// KeyDiff is one key that differs.
type KeyDiff struct {
	Address string `json:"address"`
	// Change is added, removed, changed or unclear.
	Change string `json:"change"`
	// Problem is set when the change is unclear.
	Problem   string       `json:"problem,omitempty"`
	Decisions []AccessDiff `json:"decisions,omitempty"`
}

// AccessDiff is one decision that differs.
type AccessDiff struct {
	Principal string          `json:"principal"`
	Name      string          `json:"name"`
	Operation string          `json:"operation"`
	Actions   []string        `json:"actions"`
	Effect    analysis.Effect `json:"effect"`
	// Before and After say what was and what is allowed; empty for nothing.
	Before []string `json:"before"`
	After  []string `json:"after"`

	about string
}

func (p program) diff(args []string) (int, error) {
	f := p.flags("diff")
	format := f.String("format", "text", "`FORMAT`: text, markdown or json")
	files, err := p.parse(f, args, 2)
	if err != nil {
		return exitError, err
	}
	if err := oneOf("format", *format, "text", "markdown", "json"); err != nil {
		return exitError, err
	}
	var inputs [2]source.Input
	for i, name := range files {
		input, close, err := p.open(name)
		if err != nil {
			return exitError, err
		}
		defer close()
		inputs[i] = input
	}
	old, new, err := source.ReadBoth(inputs[0], inputs[1], f.Defaults)
	if err != nil {
		return exitError, err
	}
	report := compare(files[0], old, files[1], new)
	var content string
	switch *format {
	case "json":
		if content, err = indented(report); err != nil {
			return exitError, err
		}
	case "markdown":
		content = report.markdown()
	default:
		content = report.text()
	}
	if err := p.write(f, content); err != nil {
		return exitError, err
	}
	for _, key := range report.Keys {
		if key.Problem != "" {
			return exitError, nil
		}
	}
	return exitOk, nil
}

func compare(oldName string, old source.File, newName string, new source.File) DiffReport {
	report := DiffReport{Version: 1, Old: oldName, New: newName, Unknown: unknowable, Keys: []KeyDiff{}}
	before := map[string]analysis.Key{}
	for _, key := range old.Keys {
		before[key.Address] = key.Key
	}
	seen := map[string]bool{}
	for _, key := range new.Keys {
		seen[key.Address] = true
		was, existed := before[key.Address]
		diff := KeyDiff{Address: key.Address, Change: "changed"}
		if !existed {
			diff.Change = "added"
			was = analysis.Key{Address: key.Address, Arn: key.Arn}
		}
		diff.decide(was, key.Key)
		if len(diff.Decisions) > 0 || !existed || diff.Problem != "" {
			report.Keys = append(report.Keys, diff)
		}
	}
	for _, key := range old.Keys {
		if !seen[key.Address] {
			report.Keys = append(report.Keys, KeyDiff{Address: key.Address, Change: "removed"})
		}
	}
	return report
}

func (d *KeyDiff) decide(before, after analysis.Key) {
	for _, side := range []struct{ name, problem string }{{"old", before.Problem}, {"new", after.Problem}} {
		if side.problem != "" {
			d.Change, d.Problem = "unclear", side.name+": "+side.problem
			return
		}
	}
	differences, err := analysis.Compare(before, after)
	if err != nil {
		d.Change, d.Problem = "unclear", strings.ReplaceAll(err.Error(), "\n", "; ")
		return
	}
	for _, difference := range differences {
		actions, about := difference.Actions, difference.Operation.Name
		if actions == nil {
			actions = difference.Operation.Actions
		} else {
			about += " (" + strings.ReplaceAll(strings.Join(actions, ", "), "kms:", "") + ")"
		}
		d.Decisions = append(d.Decisions, AccessDiff{
			Principal: difference.Principal.Id, Name: difference.Principal.Name, Operation: difference.Operation.Id,
			Actions: actions, Effect: difference.Effect, about: about,
			Before: pathsInWords(difference.Before, difference.Principal), After: pathsInWords(difference.After, difference.Principal),
		})
	}
}

func pathsInWords(answer analysis.Answer, principal analysis.Principal) []string {
	words := []string{}
	for _, path := range answer.Paths {
		words = append(words, fmt.Sprintf("%s [%s]", inWords(path, principal), analysis.StatementName(path.Statement)))
	}
	if answer.Why != "" {
		words = append(words, "undecided: "+answer.Why)
	}
	return words
}

// change is what several operations of a principal have in common.
type changeOf struct {
	name, effect, operations string
	lost, gained             []string
}

// summed says each change once for all operations that it is the same for, and
// only what came and what went.
func (k KeyDiff) summed() []changeOf {
	var all []changeOf
	index := map[string]int{}
	for _, d := range k.Decisions {
		c := changeOf{name: d.Name, effect: string(d.Effect), operations: d.about, lost: missing(d.Before, d.After), gained: missing(d.After, d.Before)}
		id := strings.Join([]string{d.Principal, c.effect, strings.Join(c.lost, "\x01"), strings.Join(c.gained, "\x01")}, "\x00")
		if at, found := index[id]; found {
			all[at].operations += ", " + c.operations
			continue
		}
		index[id] = len(all)
		all = append(all, c)
	}
	return all
}

// missing are the words of some that are not among others.
func missing(some, others []string) []string {
	var kept []string
	for _, word := range some {
		if !strings.Contains("\x00"+strings.Join(others, "\x00")+"\x00", "\x00"+word+"\x00") {
			kept = append(kept, word)
		}
	}
	return kept
}

func (r DiffReport) text() string {
	var out strings.Builder
	if len(r.Keys) == 0 {
		out.WriteString("No decision changes.\n")
	}
	for i, key := range r.Keys {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "%s: %s\n", key.Address, key.Change)
		if key.Problem != "" {
			out.WriteString(wrapped("  ", "    ", "no answer: "+key.Problem))
		}
		name := ""
		for _, c := range key.summed() {
			if c.name != name {
				name = c.name
				fmt.Fprintf(&out, "\n  %s\n", name)
			}
			out.WriteString(wrapped("    ", "      ", c.effect+": "+c.operations))
			for _, path := range c.lost {
				out.WriteString(wrapped("      - ", "        ", path))
			}
			for _, path := range c.gained {
				out.WriteString(wrapped("      + ", "        ", path))
			}
		}
	}
	return out.String() + "\n" + wrapped("", "", r.Unknown)
}

func (r DiffReport) markdown() string {
	var out strings.Builder
	out.WriteString("# Changes of access to KMS keys\n")
	if len(r.Keys) == 0 {
		out.WriteString("\nNo decision changes.\n")
	}
	for _, key := range r.Keys {
		fmt.Fprintf(&out, "\n## %s: %s\n", code(key.Address), key.Change)
		if key.Problem != "" {
			fmt.Fprintf(&out, "\n**No answer**: %s\n", text(key.Problem))
		}
		changes := key.summed()
		if len(changes) == 0 {
			continue
		}
		out.WriteString("\n| principal | | operation | before | after |\n| --- | --- | --- | --- | --- |\n")
		for _, c := range changes {
			fmt.Fprintf(&out, "| %s | **%s** | %s | %s | %s |\n", text(c.name), c.effect, text(c.operations), lines(c.lost), lines(c.gained))
		}
	}
	return out.String() + "\n" + text(r.Unknown) + "\n"
}

func lines(ways []string) string {
	if len(ways) == 0 {
		return "–"
	}
	var escaped []string
	for _, path := range ways {
		escaped = append(escaped, text(path))
	}
	return strings.Join(escaped, "<br>")
}
