package environments

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Position is a place in an environments file.
type Position struct {
	// File is the file's name, as it was given to [Load] or [Parse].
	File string

	// Line is the line in the file. The first is 1.
	Line int

	// Path leads to the field: environments.prod.lambda_role_arns[0]. It is
	// empty for the file as a whole.
	Path string
}

// String returns file, line and path: environments.yaml:42: environments.prod.
func (p Position) String() string {
	if p.Path == "" {
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Path)
}

// Position finds the place of a field that the construct names in Go's words,
// such as LambdaRoleArns[0] or ServiceRoles[1].RoleArns[0], in the file.
//
// A field that the file leaves to its default has the line of whatever would
// hold it, usually of the environment. A field that the file cannot set has the
// place of the environment itself.
func (f *File) Position(environment, field string) Position {
	base := fieldPath{"environments", environment}
	p := fromGo(field)
	if len(p) == 0 {
		return position(f.name, f.root, base)
	}
	name, _ := p[0].(string)
	_, own := sectionOf[Environment]().field(name)
	_, common := sectionOf[File]().field(name)
	inEnvironment := append(base, p...)
	switch _, _, steps := lookup(f.root, inEnvironment); {
	case own && (!common || steps == len(inEnvironment)):
		return position(f.name, f.root, inEnvironment)
	case common:
		place := position(f.name, f.root, p)
		if _, _, steps := lookup(f.root, p); steps == 0 {
			place.Line = position(f.name, f.root, base).Line
		}
		return place
	default:
		return position(f.name, f.root, base)
	}
}

// position is the place of a path, or of the nearest thing above it that the
// file has.
func position(name string, root *yaml.Node, p fieldPath) Position {
	at, _, _ := lookup(root, p)
	return Position{name, at.Line, p.String()}
}

var goStep = regexp.MustCompile(`\[([^\]]*)\]|[^.\[\]]+`)

// fromGo translates a Go field path: ServiceRoles[1].RoleArns[0] becomes
// service_roles[1].role_arns[0].
func fromGo(field string) fieldPath {
	var p fieldPath
	for _, match := range goStep.FindAllStringSubmatch(field, -1) {
		step, bracketed := match[0], strings.HasPrefix(match[0], "[")
		index, err := strconv.Atoi(match[1])
		switch {
		case bracketed && err == nil:
			p = append(p, index)
		case bracketed:
			key, err := strconv.Unquote(match[1])
			if err != nil {
				key = match[1]
			}
			p = append(p, key)
		case len(p) > 0 && p[len(p)-1] == "tags":
			p = append(p, step)
		default:
			p = append(p, snake(step))
		}
	}
	return p
}

// snake turns a Go field name into the file's: AccountId into account_id.
func snake(name string) string {
	var b strings.Builder
	inWord := false
	for _, r := range name {
		if unicode.IsUpper(r) && inWord {
			b.WriteByte('_')
		}
		inWord = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
