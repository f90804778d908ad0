package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// row is a line of the matrix for people: all principals who may do the same.
type row struct {
	Principals []PrincipalReport
	Kind       analysis.Kind
	Note       string
	Operations []OperationReport
}

// rows are the principals, those with equal rights together.
func (k KeyReport) rows() []row {
	var rows []row
	index := map[string]int{}
	for _, p := range k.Principals {
		id := p.rights()
		if at, found := index[id]; found {
			rows[at].Principals = append(rows[at].Principals, p)
			continue
		}
		index[id] = len(rows)
		rows = append(rows, row{[]PrincipalReport{p}, p.Kind, p.Note, p.Operations})
	}
	return rows
}

// rights are the same for principals of whom the same is said.
func (p PrincipalReport) rights() string {
	var id strings.Builder
	fmt.Fprint(&id, p.Kind, p.Foreign, p.Note)
	for _, operation := range p.Operations {
		fmt.Fprint(&id, "\x00", operation.Access, operation.Partial)
		for _, detail := range operation.Details {
			fmt.Fprint(&id, "\x01", detail.about(""), "\x02", detail.Words, "\x02", detail.by())
		}
	}
	return id.String()
}

// Names are the names of the principals: "roles A, B, C of account 111122223333".
func (r row) Names() string { return r.names(len(r.Principals)) }

// ShortName is the name with no more than a few principals in it.
func (r row) ShortName() string {
	const few = 4
	if len(r.Principals) <= few {
		return r.Names()
	}
	return r.names(few-1) + fmt.Sprintf(" and %d more", len(r.Principals)-few+1)
}

// names joins the first names. What they begin and end with alike is said once.
func (r row) names(count int) string {
	names := make([]string, 0, count)
	for _, p := range r.Principals[:count] {
		names = append(names, visible(p.Name))
	}
	if len(r.Principals) == 1 {
		return names[0]
	}
	last := visible(r.Principals[len(r.Principals)-1].Name)
	kind, _, _ := strings.Cut(names[0], " ")
	suffix := names[0][max(0, strings.LastIndex(names[0], " of ")):]
	alike := func(is func(string) bool) bool {
		for _, p := range r.Principals {
			if !is(visible(p.Name)) {
				return false
			}
		}
		return true
	}
	if strings.Contains("role user session", kind) && alike(func(name string) bool { return strings.HasPrefix(name, kind+" ") }) {
		for i := range names {
			names[i] = strings.TrimPrefix(names[i], kind+" ")
		}
		kind += "s "
	} else {
		kind = ""
	}
	if strings.HasPrefix(suffix, " of ") && strings.HasSuffix(last, suffix) && alike(func(name string) bool { return strings.HasSuffix(name, suffix) }) {
		for i := range names {
			names[i] = strings.TrimSuffix(names[i], suffix)
		}
	} else {
		suffix = ""
	}
	return kind + strings.Join(names, ", ") + suffix
}

// within is the name in no more than some columns.
func (r row) within(width int) string {
	if name := r.Names(); utf8.RuneCountInString(name) <= width || len(r.Principals) == 1 {
		return shortened(name, width)
	}
	more := fmt.Sprintf(" and %d more", len(r.Principals)-1)
	return shortened(r.names(1), width-len(more)) + more
}

// paragraph is what principals may do in one way: several operations, one text.
type paragraph struct {
	Operations []string
	Text       string
	By         string
}

// Paragraphs says each thing once that is the same for several operations.
func (r row) Paragraphs() []paragraph {
	var all []paragraph
	index := map[string]int{}
	for _, operation := range r.Operations {
		for _, detail := range operation.Details {
			text := detail.Words
			if detail.Access == analysis.Undecided {
				text = "undecided: " + text
			}
			name := text + "\x00" + detail.by()
			at, found := index[name]
			if !found {
				at = len(all)
				index[name] = at
				all = append(all, paragraph{Text: text, By: detail.by()})
			}
			all[at].Operations = append(all[at].Operations, detail.about(operation.name))
		}
	}
	return all
}

// silent tells that there is nothing to say of a row but what its cells say.
func (r row) silent() bool {
	if r.Note != "" {
		return false
	}
	for _, operation := range r.Operations {
		if len(operation.Details) > 0 {
			return false
		}
	}
	return true
}

// Detail is what stands below the name: what sort of principals a row is about.
func (r row) Detail() string {
	p := r.Principals[0]
	switch {
	case len(r.Principals) > 1 && len(r.Principals) <= 4:
		return ""
	case len(r.Principals) > 1:
		return fmt.Sprintf("%d principals", len(r.Principals))
	case p.Name == p.Principal:
		return ""
	case strings.HasPrefix(p.Principal, "arn:"):
		return visible(p.Principal)
	}
	return string(p.Kind)
}

// Ids are the principals of the row, where their names do not say it all.
func (r row) Ids() []string {
	var ids []string
	for _, p := range r.Principals {
		if p.Name != p.Principal {
			ids = append(ids, visible(p.Principal))
		}
	}
	return ids
}

// Search is what the filter looks in.
func (r row) Search() string {
	var all strings.Builder
	for _, p := range r.Principals {
		fmt.Fprintf(&all, "%s %s %s ", visible(p.Name), visible(p.Principal), p.Kind)
	}
	return all.String()
}
