package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands in a file can be chosen by whoever proposes a change, while its report
// is read in a terminal, in the log of a pipeline or below a pull request. So every
// text of a file goes through one of these functions before it is shown.

// visible is a text without anything that a reader would not see as it is: control
// characters such as those of terminals, line ends, marks that reverse the direction
// of text, characters without width, bytes that are no UTF-8. They are shown by their
// number.
func visible(text string) string {
	if !strings.ContainsFunc(text, isHidden) && utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case !isHidden(r):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	return out.String()
}

// isHidden reports whether a character is not shown as itself. See the Unicode
// Standard, "General Category Values": Cc, Cf, Zl, Zp, and the variation selectors.
func isHidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector)
}

// commands begin what the log of a pipeline takes for an instruction. See GitHub's
// documentation, "Workflow commands for GitHub Actions", and Azure DevOps, "Logging
// commands"; GitHub's runner takes ##[ anywhere in a line.
var commands = regexp.MustCompile(`(^|\s)::|##(\[|vso\[)`)

// terminal is a text for a terminal or a log, in one line.
func terminal(text string) string {
	text = visible(text)
	if !strings.Contains(text, "::") && !strings.Contains(text, "##") {
		return text
	}
	return commands.ReplaceAllStringFunc(text, func(command string) string {
		if before, found := strings.CutSuffix(command, "::"); found {
			return before + `\x3a:`
		}
		return `\x23` + command[1:]
	})
}

var (
	// special are the characters of Markdown, and of the HTML within it.
	special = strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "~", `\~`,
		// What GitHub would make a mention, a link or a command of: @team, #12, https://.
		"@", "@<!-- -->", "#", "#<!-- -->", "://", ":<!-- -->//", "www.", "www<!-- -->.",
	)
	wordColons = regexp.MustCompile(`(^|\s)::`)
	// listSign begins an item of a list, or a rule.
	listSign = regexp.MustCompile(`^(\d*)([-+=.)])`)
)

// markdown is a text for a line, or a cell of a table, of Markdown.
func markdown(text string) string {
	text = special.Replace(visible(strings.Join(strings.Fields(text), " ")))
	text = wordColons.ReplaceAllString(text, `$1:<!-- -->:`)
	return listSign.ReplaceAllString(text, `$1\$2`)
}

// harmless is what can stand between backticks.
var harmless = regexp.MustCompile(`^[A-Za-z0-9_./:*?"$ {}()\[\],=+-]+$`)

// code is a text for Markdown that is shown as code.
func code(text string) string {
	if harmless.MatchString(text) && !commands.MatchString(text) && text == strings.TrimSpace(text) {
		return "`" + text + "`"
	}
	return "<code>" + markdown(text) + "</code>"
}
