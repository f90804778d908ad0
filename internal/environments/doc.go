// Package environments reads environments.yaml, the file that says what
// differs between the environments of a deployment, into plain Go values.
//
// [Load] is strict: it accepts nothing that it does not understand, and
// reports every problem of the file at once, each with its line, its field,
// the value found and what is allowed. What a field may hold is written once, in
// the tags of the structs that the file is decoded into, which name a rule. The
// reader checks by these rules, and environments.schema.json is made from them, by
// which editors complete and check the file.
//
// Where a rule is a construct's own, such as what a role ARN looks like, the reader
// leaves it to the construct that the values are given to, which says more of what
// is wrong; the schema has it all the same. [File.Position] turns the field that the
// construct complains about back into a line of the file.
package environments

//go:generate go run ./generate
