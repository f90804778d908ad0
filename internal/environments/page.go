package environments

import (
	"fmt"
	"strings"
)

const pageIntroduction = `# environments.yaml

What the root app, and any app of [` + "`tierapp`" + `](../tierapp/doc.go), makes its stacks of.
` + "`go run . init`" + ` writes one ([getting-started.md](getting-started.md)), and editors
complete and check it by the schema that ` + "`go run . schema`" + ` prints. Every problem is
reported with its line, all at once. This page is made from the structs that the file is
read into.
`

// Page is docs/environments.md: every field of the file, with what it takes.
func Page(comments Comments) []byte {
	var page strings.Builder
	page.WriteString(pageIntroduction)
	for _, s := range sections() {
		fmt.Fprintf(&page, "\n## %s\n\n", s.title())
		if s.exactlyOne {
			page.WriteString("Exactly one of:\n\n")
		}
		page.WriteString("| field | |\n| --- | --- |\n")
		for _, f := range s.fields {
			words := comments[s.commentKey(f)] + sentence(f.rule.hint())
			if f.required {
				words = "**Required.** " + words
			}
			fmt.Fprintf(&page, "| `%s` | %s |\n", f.name, strings.ReplaceAll(words, "|", `\|`))
		}
	}
	return []byte(page.String())
}

// title heads the fields of the section on the page.
func (s *section) title() string {
	_, place, _ := strings.Cut(s.place, " ")
	if entry, found := strings.CutPrefix(place, "an entry of "); found {
		return "An entry of `" + entry + "`"
	}
	switch place {
	case "the top of the file":
		return "The top of the file"
	case "an environment":
		return "An environment"
	}
	return "`" + place + "`"
}
