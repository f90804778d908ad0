package cmk

import (
	"slices"
	"strings"
)

// unknownType reports a type of AWS that no table has: it may store anything.
func (x *examination) unknownType(r *resource) {
	if !strings.HasPrefix(r.kind, "aws_") && !strings.HasPrefix(r.kind, "awscc_") {
		return
	}
	x.seen = map[Issue]bool{}
	tables := Tables()
	for _, table := range tables {
		if _, known := table.Types[r.kind]; known {
			x.unknownAttributes(r)
			return
		}
	}
	why := "the guard does not know this type, which the AWS provider has in none of the versions " + tables[0].Version + " and " + tables[1].Version
	if strings.HasPrefix(r.kind, "awscc_") {
		why = "the guard does not know the types of the provider awscc"
	}
	x.report(r, Issue{Rule: Unread, Problem: why + ": whether it stores data, and under which key, cannot be told",
		Fix: "look at it yourself, and except the resource with what you found"})
}

// unknownAttributes reports attributes whose names say key or encryption, and
// which no table has.
func (x *examination) unknownAttributes(r *resource) {
	for _, path := range x.pathsIn(r.values, "", false) {
		top, _, _ := strings.Cut(path, ".")
		if !isKnownPath(r.kind, path) && (r.given == nil || r.given[top]) {
			x.report(r, Issue{Rule: Unread, Attribute: path,
				Problem: "the guard does not know " + path + ", whose name speaks of keys or encryption",
				Fix:     "look at it yourself, and except the resource with what you found"})
		}
	}
}

func isKnownPath(kind, path string) bool {
	return slices.ContainsFunc(Tables(), func(table *Table) bool {
		return slices.ContainsFunc(table.Types[kind], func(known string) bool {
			within, isMap := strings.CutSuffix(known, "*")
			// A block that is empty, or an expression in its place, has no attributes yet.
			return known == path || isMap && strings.HasPrefix(path, within) || strings.HasPrefix(known, path+".")
		})
	})
}

// metaArguments are those that Terraform itself knows, and tags.
var metaArguments = []string{"//", "tags", "tags_all", "lifecycle", "provisioner", "connection", "provider", "count", "for_each", "depends_on", "timeouts"}

// speaks is SpeaksOfEncryption of one name, remembered.
func (x *examination) speaks(name string) bool {
	found, known := x.speaking[name]
	if !known {
		found = SpeaksOfEncryption(name)
		x.speaking[name] = found
	}
	return found
}

// pathsIn are the paths of all attributes that are set and speak of keys or
// encryption, in their order.
func (x *examination) pathsIn(values object, path string, speaks bool) []string {
	var found []string
	for name, value := range values {
		if path == "" && slices.Contains(metaArguments, name) || value == nil {
			continue
		}
		if made := blocks(value); name == "dynamic" && len(made) > 0 {
			for _, dynamic := range made {
				for name, value := range dynamic {
					for _, block := range blocks(value) {
						for _, content := range blocks(block["content"]) {
							found = append(found, x.pathsIn(content, path+name+".", speaks || x.speaks(name))...)
						}
					}
				}
			}
			continue
		}
		inner := blocks(value)
		speaks := speaks || x.speaks(name)
		for _, block := range inner {
			found = append(found, x.pathsIn(block, path+name+".", speaks)...)
		}
		list, isList := value.([]any)
		if _, isObject := value.(object); speaks && !isObject && len(inner) == 0 && !(isList && len(list) == 0) {
			found = append(found, path+name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
