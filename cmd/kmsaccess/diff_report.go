package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// effects are in the order in which they are told.
var effects = []analysis.Effect{analysis.Gained, analysis.Changed, analysis.Lost, analysis.Unclear}

// changeOf is what several operations of a principal have in common.
type changeOf struct {
	name       string
	effect     analysis.Effect
	operations string
	// lost and gained are ways; example is a request that is decided differently, why
	// says what could not be told.
	lost, gained []string
	example, why string
}

// summed says each change once for all operations that it is the same for, and
// only what came and what went: of each principal what is gained first.
func (k KeyDiff) summed() []changeOf {
	var all []changeOf
	index := map[string]int{}
	var names []string
	for _, d := range k.Decisions {
		c := changeOf{name: d.Name, effect: d.Effect, operations: d.about, lost: missing(d.Before, d.After), gained: missing(d.After, d.Before), example: d.Example.inWords(), why: d.Why}
		id := strings.Join([]string{d.Principal, d.Name, string(c.effect), strings.Join(c.lost, "\x01"), strings.Join(c.gained, "\x01"), d.Why}, "\x00")
		if at, found := index[id]; found {
			all[at].operations += ", " + c.operations
			continue
		}
		index[id] = len(all)
		all = append(all, c)
		if !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	slices.SortStableFunc(all, func(a, b changeOf) int {
		return cmp.Or(cmp.Compare(slices.Index(names, a.name), slices.Index(names, b.name)),
			cmp.Compare(slices.Index(effects, a.effect), slices.Index(effects, b.effect)))
	})
	return all
}

// inWords says how the example is decided; nothing where there is none.
func (e *ExampleJson) inWords() string {
	if e == nil {
		return ""
	}
	text := "now denied: "
	if e.Allowed {
		text = "now allowed: "
	}
	text += e.RequestJson.String()
	if e.NeedsIam {
		text += ", with an IAM policy that allows it"
	}
	return text
}

// missing are the words of some that are not among others.
func missing(some, others []string) []string {
	return slices.DeleteFunc(slices.Clone(some), func(word string) bool { return slices.Contains(others, word) })
}

// unchanged says that nothing changes, where that is so.
func (r DiffReport) unchanged() string {
	switch {
	case len(r.Keys) > 0:
		return ""
	case len(r.LeftOut) > 0:
		return "No decision changes as far as is known.\n"
	}
	return "No decision changes.\n"
}

func (r DiffReport) text() string {
	var out strings.Builder
	out.WriteString(r.unchanged())
	for i, key := range r.Keys {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "%s: %s\n", terminal(key.Address), key.Change)
		if key.Problem != "" {
			out.WriteString(wrapped("  ", "    ", "no answer: "+key.Problem))
		}
		name := ""
		for _, c := range key.summed() {
			if c.name != name {
				name = c.name
				out.WriteString("\n" + wrapped("  ", "    ", name))
			}
			out.WriteString(wrapped("    ", "      ", string(c.effect)+": "+c.operations))
			for _, path := range c.lost {
				out.WriteString(wrapped("      - ", "        ", path))
			}
			for _, path := range c.gained {
				out.WriteString(wrapped("      + ", "        ", path))
			}
			for _, line := range []string{c.example, c.unclear()} {
				if line != "" {
					out.WriteString(wrapped("      ", "        ", line))
				}
			}
		}
	}
	for _, note := range r.Notes {
		out.WriteString("\n" + wrapped("note: ", "  ", note))
	}
	for _, unknown := range r.LeftOut {
		out.WriteString("\n" + wrapped("not known: ", "  ", unknown))
	}
	return out.String() + "\n" + wrapped("", "", r.Unknown)
}

// unclear says what could not be told.
func (c changeOf) unclear() string {
	if c.why == "" {
		return ""
	}
	return "could not be told: " + c.why
}

func (r DiffReport) markdown() string {
	left := space(markdownLimit - markdownRest)
	var out strings.Builder
	out.WriteString("# Changes of access to KMS keys\n")
	if unchanged := r.unchanged(); unchanged != "" {
		out.WriteString("\n" + unchanged)
	}
	keysLeft, rowsLeft := 0, 0
	for _, key := range r.Keys {
		start := fmt.Sprintf("\n## %s: %s\n", code(key.Address), key.Change)
		if key.Problem != "" {
			start += fmt.Sprintf("\n**No answer**: %s\n", markdown(key.Problem))
		}
		changes := key.summed()
		var rows []string
		if len(changes) > 0 {
			start += "\n| principal | | operation | before | after | example |\n| --- | --- | --- | --- | --- | --- |\n"
		}
		for _, c := range changes {
			var told []string
			for _, line := range []string{c.example, c.unclear()} {
				if line != "" {
					told = append(told, line)
				}
			}
			rows = append(rows, fmt.Sprintf("| %s | **%s** | %s | %s | %s | %s |\n",
				markdown(c.name), c.effect, markdown(c.operations), cells(c.lost), cells(c.gained), cells(told)))
		}
		if !left.take(start) {
			keysLeft++
			continue
		}
		text, unsaid := left.takeLines(rows)
		rowsLeft += unsaid
		out.WriteString(start + text)
	}
	if keysLeft+rowsLeft > 0 {
		fmt.Fprintf(&out, "\n**Left out**, since a comment takes %d characters: %s, %s. The text has all: kmsaccess diff OLD NEW\n",
			markdownLimit, amount(keysLeft, "key"), amount(rowsLeft, "row"))
	}
	for _, note := range r.Notes {
		out.WriteString("\n" + markdown(note) + "\n")
	}
	for _, unknown := range r.LeftOut {
		out.WriteString("\n**Not known**: " + markdown(unknown) + "\n")
	}
	return out.String() + "\n" + markdown(r.Unknown) + "\n"
}

// cells are lines of a cell of Markdown.
func cells(texts []string) string {
	if len(texts) == 0 {
		return "–"
	}
	var escaped []string
	for _, text := range texts {
		escaped = append(escaped, markdown(text))
	}
	return strings.Join(escaped, "<br>")
}
